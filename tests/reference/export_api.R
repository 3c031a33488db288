# Writes the samples apiclus1 and apistrat of R's survey package, which may not be passed on, as CSV.
#
#   Rscript tests/reference/export_api.R OUTDIR
#   XQS_API_DATA=OUTDIR ...the reference tests...
#
# Prints the expectations of api_test.cpp: ratio and standard error of apiclus1, without and with the
# population of 757 districts; of apistrat, unweighted and with weights rounded to two places.
suppressMessages(library(survey))

folder <- commandArgs(trailingOnly = TRUE)[1]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
data(api)
columns <- c("dnum", "stype", "enroll", "api.stu", "pw")
for (name in c("apiclus1", "apistrat")) {
  sample <- get(name)[columns]
  sample$pw <- format(sample$pw, digits = 15, trim = TRUE)
  write.csv(sample, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

apiclus1$one <- 1
apiclus1$districts <- 757
apistrat$one <- 1
apistrat$rounded <- round(apistrat$pw, 2)
designs <- list(svydesign(id = ~dnum, weights = ~one, data = apiclus1),
                svydesign(id = ~dnum, weights = ~one, fpc = ~districts, data = apiclus1),
                svydesign(id = ~dnum, weights = ~one, data = apistrat),
                svydesign(id = ~dnum, weights = ~rounded, data = apistrat))
for (design in designs) {
  ratio <- svyratio(~api.stu, ~enroll, design)
  cat(format(100 * coef(ratio)[[1]], digits = 15), format(100 * SE(ratio)[[1]], digits = 15), "\n")
}
