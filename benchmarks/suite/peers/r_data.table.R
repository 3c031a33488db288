# The works in data.table. Sums of plain columns by group are what it is quick at ("GForce").

set_threads <- function(threads) setDTthreads(threads)
as_frame <- function(columns) setDT(columns)

idioms <- function() {
  if (work$profile) return(list("residuals joined" = profile_joined, "residuals matched" = profile))
  if (work$clustered) return(list("people first" = clustered, "people first, doubles" = doubled))
  if (length(work$sets)) return(list("each set" = each_set, "cells" = cells,
                                     "groupingsets" = all_sets))
  list("sums" = sums, "sums of expressions" = expressions, "cells" = cells)
}

# Points of what counts, with the group columns.
points <- function(frames, also = NULL) {
  answers <- frames$answers
  kept <- c(work$keys, if (work$clustered) "respondent", also)
  if (work$items) {
    found <- wide_points(answers)
    made <- answers[, kept, with = FALSE]
    set(made, j = c("r", "s"), value = found)
    return(made[r > 0L])
  }
  # Campaigns by the rows of their touchpoints: only one column is looked up.
  if (!is.null(frames$touchpoints)) {
    at <- frames$touchpoints[answers, on = "touchpoint", which = TRUE]
    answers <- data.table(frames$touchpoints[at, kept, with = FALSE],
                          answers[, .(requirement, satisfaction)])
  }
  which <- answers[, which(requirement > 1L)]
  made <- answers[which, c(kept, "requirement", "satisfaction"), with = FALSE]
  set(made, j = "requirement", value = made$requirement - 1L)
  set(made, j = "satisfaction", value = made$satisfaction - 1L)
  setnames(made, c("requirement", "satisfaction"), c("r", "s"))
}

# By groups: sums of columns, products made first.
summed <- function(points, by) {
  if (!work$products) return(points[, .(n = .N, r = sum(r), s = sum(s)), by = by])
  points[, .(n = .N, r = sum(r), s = sum(s), rr = sum(rr), rs = sum(rs), ss = sum(ss)), by = by]
}

with_products <- function(points, times = 1L) {
  if (work$products) {
    r <- points$r
    s <- points$s
    set(points, j = c("rr", "rs", "ss"), value = list(r * r * times, r * s * times, s * s * times))
  }
  points
}

sums <- function(frames) summed(with_products(points(frames)), work$by)

expressions <- function(frames) {
  p <- points(frames)
  if (!work$products) return(summed(p, work$by))
  p[, .(n = .N, r = sum(r), s = sum(s), rr = sum(r * r), rs = sum(r * s), ss = sum(s * s)),
    by = c(work$by)]
}

# Counts of each pair of codes first, which are few.
cells <- function(frames) {
  cells <- points(frames)[, .(c = as.double(.N)), by = c(work$keys, "r", "s")]
  cells <- with_products(cells, cells$c)
  set(cells, j = c("r", "s"), value = list(cells$r * cells$c, cells$s * cells$c))
  sets <- if (length(work$sets)) work$sets else list(work$by)
  rbindlist(lapply(sets, function(by) {
    cells[, c(list(n = sum(c)), lapply(.SD, sum)), by = by, .SDcols = work$sums]
  }), fill = TRUE)
}

# By all keys first, of which there are few: each set is sums of these.
each_set <- function(frames) {
  finest <- summed(with_products(points(frames)), work$keys)
  rbindlist(lapply(work$sets, function(by) {
    finest[, lapply(.SD, sum), by = by, .SDcols = c("n", work$sums)]
  }), fill = TRUE)
}

all_sets <- function(frames) {
  p <- with_products(points(frames))
  groupingsets(p, .(n = .N, r = sum(r), s = sum(s), rr = sum(rr), rs = sum(rs), ss = sum(ss)),
               by = work$keys, sets = work$sets)
}

# Sums of each person first. As doubles: products of sums may be larger than integers are.
people_of <- function(points) points[, .(r = sum(r), s = sum(s)), by = c(work$keys, "respondent")]

clustered <- function(frames) {
  people <- people_of(points(frames))
  set(people, j = c("r", "s"), value = list(as.double(people$r), as.double(people$s)))
  summed(with_products(people), work$by)
}

doubled <- function(frames) {
  p <- points(frames)
  set(p, j = c("r", "s"), value = list(as.double(p$r), as.double(p$s)))
  summed(with_products(people_of(p)), work$by)
}

# The linearised mean of the items' ratios: residuals of answers, summed by person.
ratios_of <- function(points) {
  ratios <- points[, .(total = sum(r), s = sum(s)), by = c(work$by, "item")]
  ratios[, .(ratio = s / total, total), by = c(work$by, "item")]
}

profile_of <- function(points, ratios) {
  people <- points[, .(e = sum(e)), by = c(work$by, "respondent")]
  set(people, j = "ee", value = people$e^2)
  answer <- people[, .(n = .N, ee = sum(ee)), by = c(work$by)]
  means <- ratios[, .(items = .N, score = 100 * mean(ratio)), by = c(work$by)]
  answer <- answer[means, on = work$by]
  answer[, std_error := 100 * sqrt(ee * n / (n - 1)) / items]
  answer[, c(work$by, "n", "score", "std_error"), with = FALSE]
}

profile_joined <- function(frames) {
  p <- points(frames, "item")
  ratios <- ratios_of(p)
  p[ratios, on = c(work$by, "item"), e := (s - i.ratio * r) / i.total]
  profile_of(p, ratios)
}

profile <- function(frames) {
  p <- points(frames, "item")
  ratios <- ratios_of(p)
  at <- ratios[p, on = c(work$by, "item"), which = TRUE]
  set(p, j = "e", value = (p$s - ratios$ratio[at] * p$r) / ratios$total[at])
  profile_of(p, ratios)
}
