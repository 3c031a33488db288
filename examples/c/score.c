/* CEQS of three customers of two colleagues, in C: ledgers merged, stored, loaded, scored. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xqs.h>

/* Three respondents; the first was asked by both colleagues. */
static const char *const respondents[] = {"dr_a", "dr_b", "dr_a", "dr_c"};
static const char *const items[] = {"relevance", "credibility", "relevance", "credibility",
                                    "effort",    "relevance",   "effort"};
static const double requirement[] = {5, 4, 4, 5, 4, 3, 4};
static const double satisfaction[] = {3, 4, 4, 2, 3, 2, 3};
/* The answers of each of the four, two for each colleague. */
static const uint64_t first_answers[] = {0, 2, 4};
static const uint64_t second_answers[] = {4, 5, 7};

static xqs_error error = {sizeof error, 0, 0, "", "", ""};

static void check(xqs_status status, const char *what) {
  if (status == XQS_OK) return;
  fprintf(stderr, "%s: %s: %s\n", what, xqs_status_name(status), error.message);
  exit(1);
}

static xqs_ledger *ledger_of(const xqs_definition *definition, const char *const *names,
                             const uint64_t *offsets) {
  uint32_t numbers[7];
  xqs_text units[2];
  xqs_answers answers;
  xqs_ledger *ledger;
  size_t i;
  for (i = 0; i < 7; ++i)
    check(xqs_definition_find_item(definition, items[i], strlen(items[i]), &numbers[i], &error),
          "item");
  for (i = 0; i < 2; ++i) {
    units[i].data = names[i];
    units[i].size = strlen(names[i]);
  }
  memset(&answers, 0, sizeof answers);
  answers.struct_size = sizeof answers;
  answers.unit_count = 2;
  answers.offsets = offsets;
  answers.items = numbers;
  answers.requirement = requirement;
  answers.satisfaction = satisfaction;
  check(xqs_ledger_create(definition, NULL, 0, &ledger, &error), "ledger");
  check(xqs_ledger_add(ledger, units, &answers, &error), "answers");
  return ledger;
}

/* Writes a ledger to a temporary file and reads it back. */
static xqs_ledger *stored_and_loaded(const xqs_definition *definition, const xqs_ledger *ledger) {
  FILE *file = tmpfile();
  size_t size;
  unsigned char *bytes;
  xqs_ledger *loaded;
  check(xqs_ledger_encode(ledger, NULL, 0, &size, &error), "size of the bytes");
  bytes = malloc(size);
  if (file == NULL || bytes == NULL) exit(1);
  check(xqs_ledger_encode(ledger, bytes, size, &size, &error), "bytes");
  if (fwrite(bytes, 1, size, file) != size) exit(1);
  rewind(file);
  memset(bytes, 0, size);
  if (fread(bytes, 1, size, file) != size) exit(1);
  fclose(file);
  check(xqs_ledger_decode(definition, bytes, size, &loaded, &error), "ledger of bytes");
  free(bytes);
  return loaded;
}

static void show(const xqs_definition *definition, const xqs_ledger *ledger) {
  size_t size;
  void *tally;
  xqs_score score;
  check(xqs_tally_size(definition, XQS_POOLED, &size, &error), "size of the tally");
  tally = calloc(1, size);
  if (tally == NULL) exit(1);
  check(xqs_ledger_fold(ledger, XQS_POOLED, tally, size, &error), "tally");
  memset(&score, 0, sizeof score);
  score.struct_size = sizeof score;
  check(xqs_tally_score(definition, tally, size, NULL, &score, NULL, 0, &error), "score");
  free(tally);
  if (score.shown && score.interval_kind == XQS_INTERVAL_BOUNDED)
    printf("CEQS %.1f %% [%.1f, %.1f] of %u customers\n", score.score, score.ci_low, score.ci_high,
           (unsigned)score.respondents);
}

int main(void) {
  xqs_definition *definition;
  xqs_ledger *first, *second, *all;
  check(xqs_definition_preset("ceqs", 4, &definition, &error), "definition");
  first = ledger_of(definition, respondents, first_answers);
  second = ledger_of(definition, respondents + 2, second_answers);
  check(xqs_ledger_merge(first, second, &error), "merge");
  all = stored_and_loaded(definition, first);
  show(definition, all);
  xqs_ledger_destroy(first);
  xqs_ledger_destroy(second);
  xqs_ledger_destroy(all);
  xqs_definition_destroy(definition);
  return 0;
}
