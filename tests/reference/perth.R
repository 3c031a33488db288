# Scores of the Perth parks survey by R's survey package: makes perth_expected.json.
#
#   Rscript tests/reference/perth.R examples/data/perth/answers.csv > tests/reference/perth_expected.json
#
# Nothing of xqs is used. Respondents are the primary sampling units; intervals take the t quantile
# with n - 1 degrees of freedom. Values in per cent.
suppressMessages(library(survey))

argument <- commandArgs(trailingOnly = TRUE)
raw <- read.csv(argument[1])

number <- function(x) formatC(x, digits = 15, format = "g", width = 1)
json <- function(x) {
  if (is.list(x) && !is.null(names(x)))
    paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ", "), "}")
  else if (is.list(x)) paste0("[\n    ", paste(vapply(x, json, ""), collapse = ",\n    "), "]")
  else if (is.character(x)) paste0('"', x, '"')
  else if (length(x) > 1) paste0("[", paste(vapply(x, number, ""), collapse = ", "), "]")
  else number(x)
}

# Answers on one definition; w is a weight for each answer.
zero_based <- function(z) transform(z, r = r - 1, s = s - 1)
required <- function(z) z[z$r > 0, ]
capped <- function(z) transform(z, s = pmin(s, r))
sums <- function(z, of) tapply(z$w * of, z$id, sum)
respondents <- function(z) length(unique(z$id))
design <- function(z) svydesign(id = ~id, weights = ~w, data = z)

delta <- function(estimate, std_error, n) {
  ci_t <- 100 * (estimate + c(-1, 1) * qt(0.975, n - 1) * std_error)
  list(estimate = 100 * estimate, std_error = 100 * std_error, ci_t = ci_t)
}

# Fieller (1954): theta with (Y - theta X)^2 <= k^2 Var(Y - theta X).
fieller <- function(z) {
  r <- sums(z, z$r)
  s <- sums(z, z$s)
  n <- length(r)
  k <- qt(0.975, n - 1)
  x <- sum(r)
  y <- sum(s)
  a <- x^2 - k^2 * n * var(r)
  b <- x * y - k^2 * n * cov(r, s)
  c <- y^2 - k^2 * n * var(s)
  100 * (b + c(-1, 1) * sqrt(b^2 - a * c)) / a
}

pooled <- function(z) {
  ratio <- svyratio(~s, ~r, design(z))
  c(delta(coef(ratio)[[1]], SE(ratio)[[1]], respondents(z)), list(fieller = fieller(z)))
}

item_ratios <- function(z) {
  z$item <- factor(z$item)
  svyby(~s, ~item, design(z), svyratio, denominator = ~r, covmat = TRUE)
}

item_mean <- function(z) {
  b <- item_ratios(z)
  mean <- svycontrast(b, rep(1 / nrow(b), nrow(b)))
  delta(coef(mean)[[1]], SE(mean)[[1]], respondents(z))
}

respondent_mean <- function(z) {
  q <- sums(z, z$s) / sums(z, z$r)
  delta(mean(q), sd(q) / sqrt(length(q)), length(q))
}

by_item <- function(z) lapply(sort(unique(z$item)), function(i) {
  rows <- z[z$item == i, ]
  p <- pooled(rows)
  list(item = as.character(i), respondents = respondents(rows),
       sum_requirement = sum(rows$r), sum_satisfaction = sum(rows$s),
       score = p$estimate, std_error = p$std_error, fieller = p$fieller)
})

scored <- function(z, items = FALSE, weighted = FALSE) {
  result <- list(answers = nrow(z), respondents = respondents(z),
                 sum_requirement = sum(z$w * z$r), sum_satisfaction = sum(z$w * z$s),
                 pooled = pooled(z), item_mean = item_mean(z))
  if (!weighted) result$respondent_mean <- respondent_mean(z)
  if (items) result$by_item <- by_item(z)
  result
}

# Differences of two items: within the whole survey, so that shared respondents count.
contrast <- function(z, a, b) {
  ratios <- item_ratios(z)
  coefficients <- (as.character(ratios$item) == a) - (as.character(ratios$item) == b)
  difference <- svycontrast(ratios, coefficients)
  list(item = a, other = b, difference = 100 * coef(difference)[[1]],
       std_error = 100 * SE(difference)[[1]])
}

raw$w <- 1
answers <- required(zero_based(raw))
half <- subset(raw, (id^2 + item^2 + id * item) %% 11 < 5)
weighted <- transform(answers, w = (50 + (13 * id + 7 * item) %% 101) / 100)
pairs <- list(c("1", "2"), c("5", "16"), c("8", "19"), c("3", "20"), c("10", "11"))
# Two months of the same people, taken for different people: by the parity of the item.
months <- transform(answers, id = paste(id, item %% 2))

results <- list(
  source = paste0("Perth parks importance-performance survey, computed with R survey 4.1 ",
                  "(svydesign(id=~id), svyratio); t quantile with respondents-1 df; ",
                  "tests/reference/perth.R"),
  raw_codes = scored(raw, items = TRUE),
  zero_based = scored(answers, items = TRUE),
  zero_based_capped = scored(capped(answers)),
  zero_based_keep = scored(zero_based(raw)),
  half_missing = scored(required(zero_based(half))),
  weighted = scored(weighted, weighted = TRUE),
  contrasts = lapply(pairs, function(p) contrast(answers, p[1], p[2])),
  pseudo_months = c(list(respondents = respondents(months)), pooled(months)))
cat("{\n", paste0('  "', names(results), '": ', vapply(results, json, ""), collapse = ",\n"),
    "\n}\n", sep = "")
