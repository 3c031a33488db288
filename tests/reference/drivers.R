# Literals of tests/reference/drivers_test.cpp: items of the thinned Perth parks survey.
#
#   Rscript tests/reference/drivers.R examples/data/perth/answers.csv
#
# Means per answer on scales from 0 to 1, their standard errors by svyratio (a mean is the ratio to
# a column of ones) with the respondents as units; confidences by the t distribution, the smaller
# one of "requirement above" and "satisfaction below" the cut-off.
suppressMessages(library(survey))
options(width = 200)

raw <- read.csv(commandArgs(trailingOnly = TRUE)[1])
z <- raw[(raw$id^2 + raw$item^2 + raw$id * raw$item) %% 11 < 5, ]
z <- transform(z, r = (r - 1) / 4, s = (s - 1) / 4)
z <- z[z$r > 0, ]
z$one <- 1

# Mean of an item, and what it has beyond the mean of all answers: residuals by respondent.
residual <- function(x, chosen) {
  mean <- sum(x[chosen]) / sum(chosen)
  tapply(ifelse(chosen, x - mean, 0), z$id, sum) / sum(chosen)
}
against_all <- function(x, item) {
  chosen <- z$item == item
  all <- rep(TRUE, nrow(z))
  n <- length(unique(z$id))
  e <- residual(x, chosen) - residual(x, all)
  c(mean(x[chosen]) - mean(x), sqrt(n / (n - 1) * sum(e^2)), n - 1)
}
against_middle <- function(formula, item) {
  design <- svydesign(id = ~id, weights = ~one, data = z[z$item == item, ])
  m <- svyratio(formula, ~one, design)
  c(coef(m)[[1]] - 0.5, SE(m)[[1]], length(unique(z$id[z$item == item])) - 1)
}
above <- function(x) pt(x[1] / x[2], x[3])
show <- function(...) cat(..., "\n")
for (item in c(1, 4, 5, 12, 20, 22)) {
  a <- z[z$item == item, ]
  middle <- min(above(against_middle(~r, item)), 1 - above(against_middle(~s, item)))
  mean <- min(above(against_all(z$r, item)), 1 - above(against_all(z$s, item)))
  show(item, nrow(a), formatC(c(mean(a$r), mean(a$s), 100 * sum(a$s) / sum(a$r),
       sum(a$r - a$s) / sum(z$r - z$s), middle, mean), digits = 14, format = "g"))
}

# The order of action under the means.
worth <- sapply(1:22, function(item) {
  a <- z[z$item == item, ]
  sum(a$r - a$s) * min(above(against_all(z$r, item)), 1 - above(against_all(z$s, item)))
})
show("order", order(-worth))
