# Writes the cluster sample apiclus1 of R's survey package, which may not be passed on, as CSV.
#
#   Rscript tests/reference/export_api.R OUT.csv
#   XQS_APICLUS1=OUT.csv ...the reference tests...
#
# Prints the expectations of apiclus1_test.cpp: ratio and standard error, without and with the
# population of 757 districts.
suppressMessages(library(survey))

argument <- commandArgs(trailingOnly = TRUE)
data(api)
columns <- apiclus1[c("dnum", "stype", "enroll", "api.stu")]
write.csv(columns, argument[1], row.names = FALSE, quote = FALSE)

columns$one <- 1
columns$districts <- 757
infinite <- svydesign(id = ~dnum, weights = ~one, data = columns)
finite <- svydesign(id = ~dnum, weights = ~one, fpc = ~districts, data = columns)
for (design in list(infinite, finite)) {
  ratio <- svyratio(~api.stu, ~enroll, design)
  cat(format(coef(ratio)[[1]], digits = 15), format(SE(ratio)[[1]], digits = 15), "\n")
}
