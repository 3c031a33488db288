# Ranks, shrinkage and funnel of 38 countries: makes ranking_expected.json.
#
#   Rscript tests/reference/ranking.R tests/reference/pisa2018.csv > tests/reference/ranking_expected.json
#
# pisa2018.csv: means and standard errors in mathematics, PISA 2018 (OECD), as in the data set
# pisa2018 of R's package csranks; its last columns are rank intervals by csranks 1.2.3 (seed 123,
# 20,000 bootstrap samples), which are random. Base R; nothing of xqs is used.
x <- read.csv(commandArgs(trailingOnly = TRUE)[1])
y <- x$math_score
se <- x$math_se
v <- se^2
J <- length(y)
alpha <- 0.05

number <- function(x) formatC(x, digits = 15, format = "g", width = 1)
list_of <- function(x) paste0("[", paste(x, collapse = ", "), "]")
object <- function(...) {
  members <- list(...)
  paste0("{", paste0('"', names(members), '": ', members, collapse = ",\n "), "}")
}

p <- 2 * pnorm(-abs(outer(y, y, "-")) / sqrt(outer(v, v, "+")))
upper <- upper.tri(p)
simultaneous <- matrix(1, J, J)
simultaneous[upper] <- p.adjust(p[upper], "holm")
simultaneous <- pmin(simultaneous, t(simultaneous))
each <- t(sapply(1:J, function(i) {
  a <- rep(1, J)
  a[-i] <- p.adjust(p[i, -i], "holm")
  a
}))
low <- function(a) sapply(1:J, function(i) 1 + sum(a[i, ] <= alpha & y > y[i]))
high <- function(a) sapply(1:J, function(i) J - sum(a[i, ] <= alpha & y < y[i]))

# Paule-Mandel
excess <- function(t2) {
  w <- 1 / (v + t2)
  sum(w * (y - sum(w * y) / sum(w))^2) - (J - 1)
}
tau2 <- uniroot(excess, c(0, 1e5), tol = 1e-11)$root
for (i in 1:5) {  # Newton's last steps: uniroot is not exact to the last digits
  w <- 1 / (v + tau2)
  tau2 <- tau2 + excess(tau2) / sum(w^2 * (y - sum(w * y) / sum(w))^2)
}
w <- 1 / (v + tau2)
mu <- sum(w * y) / sum(w)
B <- v / (v + tau2)

# Funnel (Spiegelhalter 2005)
w0 <- 1 / v
theta0 <- sum(w0 * y) / sum(w0)
z <- (y - theta0) / se
q <- quantile(z, c(0.1, 0.9), type = 7)
phi <- mean(pmin(pmax(z, q[1]), q[2])^2)
additive <- max(0, (J * phi - (J - 1)) / (sum(w0) - sum(w0^2) / sum(w0)))
za <- (y - theta0) / sqrt(v + additive)

cat(object(
  units = list_of(paste0('"', x$jurisdiction, '"')), value = list_of(number(y)),
  std_error = list_of(number(se)), rank = list_of(rank(-y, ties.method = "min")),
  csranks = object(simul_L = list_of(x$csranks_simul_L), simul_U = list_of(x$csranks_simul_U),
                   marg_L = list_of(x$csranks_marg_L), marg_U = list_of(x$csranks_marg_U)),
  holm = object(simul_L = list_of(low(simultaneous)), simul_U = list_of(high(simultaneous)),
                marg_L = list_of(low(each)), marg_U = list_of(high(each))),
  shrinkage = object(between = number(tau2), mean = number(mu), weight = list_of(number(B)),
                     value = list_of(number(B * mu + (1 - B) * y)),
                     std_error = list_of(number(sqrt(v * (1 - B) + B^2 / sum(w))))),
  funnel = object(target = number(theta0), overdispersion = number(phi),
                  between = number(additive), z = list_of(number(za)),
                  p = list_of(number(2 * pnorm(-abs(za)))))), "\n", sep = "")
