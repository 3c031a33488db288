# Literals of tests/unit/adjust_test.cpp and power_test.cpp from R itself.
#
#   Rscript tests/reference/analysis.R
options(digits = 16, width = 200)

p <- c(0.021, 0.0004, 0.3, 0.021, 0.049, 0.8, 0.011)
print(p.adjust(p, "holm"))
print(p.adjust(p, "BH"))
print(p.adjust(c(0.5, 0.9, 1), "holm"))
print(p.adjust(c(0.5, 0.9, 1), "BH"))

# Respondents per wave for 80 % power, two-sided. `power.t.test` gives real numbers; they are
# rounded up.
need <- function(delta, sd, type, level = 0.95, power = 0.8)
  power.t.test(delta = delta, sd = sd, sig.level = 1 - level, power = power, type = type)$n
for (type in c("two.sample", "paired"))
  for (delta in c(0.5, 1, 4.4, 10, 25))
    cat(type, delta, format(need(delta, 12, type), digits = 12), "\n")
cat("level 0.9:", need(4.4, 20, "two.sample", 0.9), need(4.4, 20, "paired", 0.9), "\n")
cat("level 0.99:", need(4.4, 20, "two.sample", 0.99), need(4.4, 20, "paired", 0.99), "\n")
cat("small change:", need(0.01, 12, "two.sample"), "\n")
cat("power of 64 and 63 per wave, half a standard deviation:",
    power.t.test(64, 0.5)$power, power.t.test(63, 0.5)$power, "\n")
for (n in c(2, 3, 5, 10, 34, 1000))
  cat("power", n, power.t.test(n, 0.5)$power, power.t.test(n, 0.5, type = "paired")$power,
      power.t.test(n, 3)$power, "\n")
cat("power of no change:", power.t.test(10, 1e-12)$power, "\n")
cat("power 0.9:", need(4.4, 20, "two.sample", 0.95, 0.9), "\n")
