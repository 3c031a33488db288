# Literals of tests/unit/contrast_test.cpp and compare_test.cpp, in plain R: residuals unit by unit,
# nothing of xqs. Prints estimate, standard error, and per group n.
#
#   Rscript tests/reference/contrasts.R
show <- function(name, ...) cat(name, format(c(...), digits = 16), "\n")

# Residual of each unit in one ratio; absent units have none.
residual <- function(r, s) ifelse(is.na(r), 0, (s - sum(s, na.rm = TRUE) / sum(r, na.rm = TRUE) * r)) /
  sum(r, na.rm = TRUE)
ratio <- function(r, s) sum(s, na.rm = TRUE) / sum(r, na.rm = TRUE)
f <- function(n, N = Inf) sqrt(n / (n - 1) * (1 - n / N))

# Nine people: five in the first wave, six in the second, two of them in both.
r0 <- c(8, 10, 6, 9, 7, NA, NA, NA, NA)
s0 <- c(6, 9, 3, 8, 5, NA, NA, NA, NA)
r1 <- c(NA, NA, NA, 8, 8, 10, 5, 9, 7)
s1 <- c(NA, NA, NA, 7, 7, 6, 4, 8, 7)
e0 <- residual(r0, s0)
e1 <- residual(r1, s1)
n0 <- sum(!is.na(r0))
n1 <- sum(!is.na(r1))
change <- ratio(r1, s1) - ratio(r0, s0)
se <- sqrt(sum((f(n1) * e1 - f(n0) * e0)^2))
show("shared", ratio(r0, s0), ratio(r1, s1), change, se)
show("as if independent", sqrt(sum((f(n1) * e1)^2) + sum((f(n0) * e0)^2)))
show("populations 20 and 6", sqrt(sum((f(n1, 6) * e1 - f(n0, 20) * e0)^2)))
show("populations 20 and 9", sqrt(sum((f(n1, 9) * e1 - f(n0, 20) * e0)^2)))
show("request, n = 9", sqrt(sum((f(9) * (e1 - e0))^2)))
k <- qt(0.975, min(n0, n1) - 1)
show("interval", change - k * se, change + k * se)
show("p", 2 * pt(-abs(change / se), min(n0, n1) - 1))

# Means of two items a and b with weights 1 and 3, four people, one of them in both groups; the
# second group has no answer of item b by its second person.
ra0 <- c(4, 3, NA, 4); sa0 <- c(3, 3, NA, 2)
rb0 <- c(2, 4, NA, 1); sb0 <- c(1, 1, NA, 1)
ra1 <- c(4, NA, 2, NA); sa1 <- c(4, NA, 1, NA)
rb1 <- c(3, NA, NA, NA); sb1 <- c(2, NA, NA, NA)
ra0 <- c(ra0, 3, NA); sa0 <- c(sa0, 1, NA); rb0 <- c(rb0, 2, NA); sb0 <- c(sb0, 2, NA)
ra1 <- c(ra1, NA, 4); sa1 <- c(sa1, NA, 1); rb1 <- c(rb1, NA, 2); sb1 <- c(sb1, NA, 2)
m0 <- 0.25 * ratio(ra0, sa0) + 0.75 * ratio(rb0, sb0)
m1 <- 0.25 * ratio(ra1, sa1) + 0.75 * ratio(rb1, sb1)
g0 <- 0.25 * residual(ra0, sa0) + 0.75 * residual(rb0, sb0)
g1 <- 0.25 * residual(ra1, sa1) + 0.75 * residual(rb1, sb1)
show("item means", m0, m1, m1 - m0, sqrt(sum((f(3) * g1 - f(4) * g0)^2)))

# Respondents' quotients.
q0 <- s0 / r0
q1 <- s1 / r1
h0 <- ifelse(is.na(q0), 0, q0 - mean(q0, na.rm = TRUE)) / n0
h1 <- ifelse(is.na(q1), 0, q1 - mean(q1, na.rm = TRUE)) / n1
show("respondent means", mean(q0, na.rm = TRUE), mean(q1, na.rm = TRUE),
     sqrt(sum((f(n1) * h1 - f(n0) * h0)^2)))

# The same people twice: a paired comparison of linearised values.
r2 <- c(8, 10, 6, 9, 7); s2 <- c(6, 9, 3, 8, 5)
r3 <- c(9, 10, 7, 8, 7); s3 <- c(8, 9, 6, 8, 6)
z <- 5 * (residual(r3, s3) - residual(r2, s2))
show("identical people", ratio(r3, s3) - ratio(r2, s2), sd(z) / sqrt(5))
# Nobody in both: Welch's variance of linearised values.
show("disjoint", sqrt(var(5 * residual(r3, s3)) / 5 + var(5 * residual(r2, s2)) / 5))

# Margins: both one-sided tests at 5 % pass from this margin on.
show("least margin", abs(change) + qt(0.95, min(n0, n1) - 1) * se)
# Respondents needed to find that change, or one of .2, in independent waves.
sd0 <- sqrt(n0) * f(n0) * sqrt(sum(e0^2))
sd1 <- sqrt(n1) * f(n1) * sqrt(sum(e1^2))
need <- function(delta, sd, type) power.t.test(delta = abs(delta), sd = sd, power = 0.8, type = type)$n
show("needed", need(change, sqrt((sd0^2 + sd1^2) / 2), "two.sample"),
     need(0.2, sqrt((sd0^2 + sd1^2) / 2), "two.sample"))
show("needed, identical people", need(mean(ratio(r3, s3) - ratio(r2, s2)), sd(z), "paired"))
show("needed, disjoint", need(ratio(r3, s3) - ratio(r2, s2),
     sqrt((var(5 * residual(r3, s3)) + var(5 * residual(r2, s2))) / 2), "two.sample"))
show("p, identical people", 2 * pt(-(ratio(r3, s3) - ratio(r2, s2)) / (sd(z) / sqrt(5)), 4))
