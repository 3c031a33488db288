# One R package at one work: worker.py says how it is told what to do, r_packages.py what it is
# started with. Rows become native vectors before the clock runs: codes of 8 bits become integers
# of 32, the least that R has, and text the pointers to each text once that R has for all text.

told <- strsplit(commandArgs(trailingOnly = TRUE), "=", fixed = TRUE)
told <- setNames(lapply(told, function(pair) paste(pair[-1], collapse = "=")),
                 vapply(told, `[`, "", 1))
names_in <- function(text, by = ",") Filter(nzchar, strsplit(text, by, fixed = TRUE)[[1]])

work <- list(
  by = names_in(told$by),
  # Split by hand: the set without names, which may stand last, counts too.
  sets = if (nzchar(told$sets)) lapply(strsplit(paste0(told$sets, ";"), ";")[[1]], names_in),
  items = as.integer(told$items),
  profile = as.logical(told$profile),
  products = as.logical(told$products),
  clustered = told$unit == "respondent"
)
work$keys <- unique(c(work$by, unlist(work$sets)))
work$sums <- c("r", "s", if (work$products) c("rr", "rs", "ss"))

suppressPackageStartupMessages(library(told$package, character.only = TRUE))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, paste0("r_", told$package, ".R")))

# -- rows ------------------------------------------------------------------------------------------

numbers <- function(folder, name) {
  file <- list.files(folder, paste0("^", gsub(".", "\\.", name, fixed = TRUE), "\\.int(8|32)$"),
                     full.names = TRUE)
  bytes <- if (endsWith(file, ".int8")) 1L else 4L
  readBin(file, "integer", file.size(file) / bytes, size = bytes)
}

column <- function(folder, name) {
  names <- file.path(folder, paste0(name, ".names"))
  if (!file.exists(names)) return(numbers(folder, name))
  readLines(names)[numbers(folder, name) + 1L]
}

columns <- function(folder, names) setNames(lapply(names, column, folder = folder), names)

rows <- function() {
  answers <- columns(told$answers, names_in(told$columns))
  if (nzchar(told$people)) answers$respondent <- answers$respondent %% as.integer(told$people)
  touchpoints <- told$touchpoints
  list(answers = as_frame(answers),
       touchpoints = if (!is.null(touchpoints))
         as_frame(columns(touchpoints, c("touchpoint", work$by))))
}

# -- what both packages need -----------------------------------------------------------------------

# Points of a row of the wide form: only what is required counts.
wide_points <- function(answers) {
  r <- s <- 0L
  for (item in seq_len(work$items) - 1L) {
    required <- answers[[paste0("requirement.", item)]]
    r <- r + (required - 1L)
    s <- s + (answers[[paste0("satisfaction.", item)]] - 1L) * (required > 1L)
  }
  list(r = r, s = s)
}

# -- lines -----------------------------------------------------------------------------------------

memory <- function(of) {
  lines <- readLines("/proc/self/status")
  as.numeric(gsub("[^0-9]", "", lines[startsWith(lines, of)])) / 1024
}

quoted <- function(texts) paste0('"', texts, '"', collapse = ", ")
say <- function(...) {
  cat(sprintf(...), "\n", sep = "")
  flush(stdout())
}

write_answer <- function(prefix, answer) {
  for (name in names(answer)) {
    file <- paste0(prefix, ".", name)
    values <- answer[[name]]
    if (is.character(values)) writeLines(values, paste0(file, ".lines"))
    else writeBin(as.double(values), paste0(file, ".double"))
  }
}

timed <- function(idiom) {
  cat("5", file = "/proc/self/clear_refs")  # VmHWM is from now on
  gc()
  start <- Sys.time()
  answer <- idiom(loaded)
  list(seconds = as.numeric(Sys.time() - start, units = "secs"), answer = answer)
}

set_threads(as.integer(told$threads))
loaded <- rows()
ways <- idioms()
invisible(gc())
say('{"version": "%s", "idioms": [%s], "loaded": %.3f}', packageVersion(told$package),
    quoted(names(ways)), memory("VmRSS"))
input <- file("stdin", "r")
while (length(line <- readLines(input, 1))) {
  what <- strsplit(line, '"', fixed = TRUE)[[1]][c(2, 4, 6)]
  done <- timed(ways[[what[2]]])
  peak <- memory("VmHWM")
  if (what[1] == "check") write_answer(what[3], done$answer)
  say('{"seconds": %.6f, "peak": %.3f}', done$seconds, peak)
  done <- NULL
}
