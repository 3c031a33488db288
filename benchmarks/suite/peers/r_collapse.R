# The works in collapse: groups are found once, sums are made of vectors by their numbers.

set_threads <- function(threads) set_collapse(nthreads = threads, na.rm = FALSE)
as_frame <- function(columns) qDF(columns)

idioms <- function() {
  if (work$profile) return(list("residuals" = profile(FALSE), "residuals, ordered" = profile(TRUE)))
  if (work$clustered) return(list("people first" = clustered(FALSE),
                                  "people first, ordered" = clustered(TRUE)))
  list("sums" = sums(FALSE), "sums, ordered" = sums(TRUE), "weighted sums" = weighted,
       "cells" = cells)
}

# Points of what counts, with the group columns.
points <- function(frames, also = NULL) {
  answers <- frames$answers
  kept <- c(work$keys, if (work$clustered) "respondent", also)
  if (work$items) {
    found <- ftransform(get_vars(answers, kept), wide_points(answers))
    return(ss(found, whichv(found$r, 0L, invert = TRUE)))
  }
  if (!is.null(frames$touchpoints)) {  # collapse joins from 2.0 on; this is R's own
    at <- match(answers$touchpoint, frames$touchpoints$touchpoint)
    answers <- c(ss(get_vars(frames$touchpoints, kept), at),
                 get_vars(answers, c("requirement", "satisfaction")))
  }
  counting <- which(answers$requirement > 1L)
  found <- ss(qDF(answers), counting, c(kept, "requirement", "satisfaction"))
  found$r <- found$requirement - 1L
  found$s <- found$satisfaction - 1L
  get_vars(found, c(kept, "r", "s"))
}

with_products <- function(points) {
  if (!work$products) return(points)
  ftransform(points, rr = r * r, rs = r * s, ss = s * s)
}

grouped <- function(points, by, ordered = FALSE) {
  if (length(by)) GRP(get_vars(points, by), sort = ordered)
}

# Groups with how many rows each has and the sums of columns.
summed <- function(columns, groups, n = NULL) {
  if (is.null(groups)) {
    if (is.null(n)) n <- fnrow(columns)
    return(qDF(c(list(n = n), lapply(columns, fsum))))
  }
  if (is.null(n)) n <- groups$group.sizes
  qDF(c(groups$groups, list(n = n), fsum(columns, groups, use.g.names = FALSE)))
}

sets_of <- function() if (length(work$sets)) work$sets else list(work$by)
together <- function(answers) {
  if (length(answers) == 1) return(answers[[1]])
  unlist2d(answers, idcols = FALSE)
}

sums <- function(ordered) function(frames) {
  p <- with_products(points(frames))
  finest <- summed(get_vars(p, work$sums), grouped(p, work$keys, ordered))
  if (!length(work$sets)) return(finest)
  together(lapply(work$sets, function(by) {
    of <- grouped(finest, by, ordered)
    summed(get_vars(finest, work$sums), of, fsum(finest$n, of, use.g.names = FALSE))
  }))
}

# Products are sums that have weights.
weighted <- function(frames) {
  p <- points(frames)
  r <- as.double(p$r)
  s <- as.double(p$s)
  together(lapply(sets_of(), function(by) {
    g <- grouped(p, by)
    answer <- summed(list(r = p$r, s = p$s), g)
    if (!work$products) return(answer)
    product <- function(of, w) fsum(of, g, w, use.g.names = FALSE)
    qDF(c(answer, list(rr = product(r, r), rs = product(s, r), ss = product(s, s))))
  }))
}

# Counts of each pair of codes first, which are few.
cells <- function(frames) {
  p <- points(frames)
  g <- GRP(get_vars(p, c(work$keys, "r", "s")), sort = FALSE)
  cells <- with_products(qDF(g$groups))
  count <- as.double(g$group.sizes)
  values <- lapply(get_vars(cells, work$sums), `*`, count)
  together(lapply(sets_of(), function(by) {
    of <- grouped(cells, by)
    n <- if (is.null(of)) sum(count) else fsum(count, of, use.g.names = FALSE)
    summed(qDF(values), of, n)
  }))
}

# Sums of each person first. As doubles: products of sums may be larger than integers are.
clustered <- function(ordered) function(frames) {
  p <- points(frames)
  g <- grouped(p, c(work$keys, "respondent"), ordered)
  people <- fsum(get_vars(p, c("r", "s")), g, use.g.names = FALSE)
  people <- with_products(qDF(lapply(people, as.double)))
  summed(people, grouped(g$groups, work$by, ordered))
}

# The linearised mean of the items' ratios: residuals of answers, summed by person.
profile <- function(ordered) function(frames) {
  p <- points(frames, "item")
  columns <- grouped(p, c(work$by, "item"), ordered)
  total <- fsum(p$r, columns, use.g.names = FALSE)
  ratio <- fsum(p$s, columns, use.g.names = FALSE) / total
  at <- columns$group.id
  residual <- (p$s - ratio[at] * p$r) / total[at]
  persons <- grouped(p, c(work$by, "respondent"), ordered)
  e <- fsum(residual, persons, use.g.names = FALSE)
  # The groups of both in one order, so that what belongs to them stands side by side.
  groups <- GRP(get_vars(persons$groups, work$by))
  items <- GRP(get_vars(columns$groups, work$by))
  n <- groups$group.sizes
  error <- sqrt(fsum(e^2, groups, use.g.names = FALSE) * n / (n - 1))
  qDF(c(groups$groups, list(n = n, score = 100 * fmean(ratio, items, use.g.names = FALSE),
                            std_error = 100 * error / items$group.sizes)))
}
