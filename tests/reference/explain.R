# Literals of tests/unit/explain_test.cpp, in plain R: parts of a move and their linearised standard
# errors, the derivatives by the totals taken numerically (Richardson's extrapolation).
#
#   Rscript tests/reference/explain.R

# unit, period, group, requirement, satisfaction, answers. Group c is left, d entered, and e requires
# nothing before.
rows <- read.table(header = TRUE, text = "
u p g r s n
1 0 a 4 2 1
1 0 b 3 3 1
1 1 a 5 5 2
2 0 a 3 2 1
2 1 b 4 3 1
3 0 b 7 5 2
3 0 c 2 1 1
3 1 d 3 1 1
4 0 c 4 3 1
4 0 e 0 2 1
4 1 e 3 3 1
5 1 a 4 1 1
5 1 d 2 2 1
6 0 a 8 3 2
6 1 b 3 2 1
6 1 a 4 4 1
7 1 b 4 2 2
7 0 e 0 1 1")
groups <- c("a", "b", "c", "d", "e")
rows$cell <- 5 * rows$p + match(rows$g, groups)
cells <- factor(rows$cell, 1:10)
x <- sapply(c("r", "s", "n"), function(k)
  unclass(xtabs(rows[[k]] ~ rows$u + cells)), simplify = "array")  # unit, cell, r s n
totals <- apply(x, 2:3, sum)
present <- totals[, 1] > 0

parts <- function(t) {
  t <- matrix(t, 10)
  X <- c(sum(t[1:5, 1]), sum(t[6:10, 1]))
  Y <- c(sum(t[1:5, 2]), sum(t[6:10, 2]))
  ref <- mean(Y / X)
  result <- c(satisfaction = 0, requirement = 0, without = 0, mix = 0, entry = 0, exit = 0,
              total = Y[2] / X[2] - Y[1] / X[1], within = 0)
  for (g in 1:5) {
    a <- t[g, ]; b <- t[5 + g, ]
    in0 <- present[g]; in1 <- present[5 + g]
    if (!in0) result["without"] <- result["without"] - a[2] / X[1]
    if (!in1) result["without"] <- result["without"] + b[2] / X[2]
    w <- c(if (in0) a[1] / X[1] else 0, if (in1) b[1] / X[2] else 0)
    if (!in0) a <- b
    if (!in1) b <- t[g, ]
    if (!in0 && !in1) next
    kind <- if (in0 && in1) "mix" else if (in1) "entry" else "exit"
    result[kind] <- result[kind] + (mean(c(a[2] / a[1], b[2] / b[1])) - ref) * (w[2] - w[1])
    s <- c(a[2] / a[3], b[2] / b[3]); r <- c(a[1] / a[3], b[1] / b[3])
    result["satisfaction"] <- result["satisfaction"] + mean(w) * (s[2] - s[1]) * mean(1 / r)
    result["requirement"] <- result["requirement"] + mean(w) * mean(s) * (1 / r[2] - 1 / r[1])
    result["within"] <- result["within"] + mean(w) * (b[2] / b[1] - a[2] / a[1])
  }
  result
}
derivative <- function(i) {
  step <- function(h) {
    up <- down <- c(totals)
    up[i] <- up[i] + h
    down[i] <- down[i] - h
    (parts(up) - parts(down)) / (2 * h)
  }
  h <- 1e-2
  (step(h) - 20 * step(h / 2) + 64 * step(h / 4)) / 45
}
d <- sapply(seq_along(c(totals)), derivative)  # part, total
# Absent requirements stay 0: nobody adds to them.
units <- c(length(unique(rows$u[rows$p == 0])), length(unique(rows$u[rows$p == 1])))
std_error <- function(N) {
  f <- sqrt(units / (units - 1) * (1 - units / N))
  scaled <- sweep(matrix(x, nrow(x)), 2, rep(rep(f, each = 5), 3), "*")
  sqrt(rowSums((d %*% t(scaled))^2))
}
print(units)
print(rbind(parts = 100 * parts(c(totals)), se = 100 * std_error(c(Inf, Inf)),
            finite = 100 * std_error(c(20, 14))), digits = 12)
