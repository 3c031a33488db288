# Writes the samples apiclus1 and apistrat of R's survey package, which may not be passed on, as CSV.
#
#   Rscript tests/reference/export_api.R OUTDIR
#   XQS_API_DATA=OUTDIR ...the reference tests...
#
# Prints the expectations of api_test.cpp: ratio and standard error of apiclus1, without and with the
# population of 757 districts; of apistrat, unweighted and with weights rounded to two places. Then
# the difference between elementary (E) and high (H) schools: by svyby and svycontrast, where all
# districts are one sample, and with the numbers of districts of each kind of school.
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

own_n <- function(sample) {
  scaled <- function(type) {
    z <- sample[sample$stype == type, ]
    n <- length(unique(z$dnum))
    residual <- (z$api.stu - sum(z$api.stu) / sum(z$enroll) * z$enroll) / sum(z$enroll)
    by_district <- tapply(residual, factor(z$dnum, unique(sample$dnum)), sum)
    list(n = n, e = sqrt(n / (n - 1)) * ifelse(is.na(by_district), 0, by_district))
  }
  e <- scaled("E")
  h <- scaled("H")
  cat("own n", e$n, h$n, format(100 * sqrt(sum((e$e - h$e)^2)), digits = 15), "\n")
}
for (design in designs[1:3]) {
  by_type <- svyby(~api.stu, ~stype, design, svyratio, denominator = ~enroll, covmat = TRUE)
  difference <- svycontrast(by_type, c(E = 1, H = -1, M = 0)[row.names(by_type)])
  cat("E - H", format(100 * coef(difference)[[1]], digits = 15),
      format(100 * SE(difference)[[1]], digits = 15), "\n")
}
own_n(apiclus1)
own_n(apistrat)
