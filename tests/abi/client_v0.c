/* A program as of ABI version 0. It is kept as it is: later libraries must run what it compiles to. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xqs.h>

static int failed(const char *what, xqs_status status, const xqs_error *error) {
  fprintf(stderr, "%s: %s: %s\n", what, xqs_status_name(status), error->message);
  return 1;
}

int main(void) {
  static unsigned char tally[4096];
  static const uint64_t offsets[] = {0, 1, 2, 3, 4, 5};
  static const uint32_t items[] = {0, 0, 0, 0, 0};
  static const double requirement[] = {5, 4, 5, 3, 5};
  static const double satisfaction[] = {4, 3, 3, 3, 5};
  xqs_error error = {sizeof error, 0, 0, "", "", ""};
  xqs_answers answers;
  xqs_score score;
  xqs_definition *definition;
  size_t size;
  xqs_status status = xqs_definition_preset("ceqs", 4, &definition, &error);
  if (status != XQS_OK) return failed("preset", status, &error);
  status = xqs_tally_size(definition, XQS_POOLED, &size, &error);
  if (status != XQS_OK || size > sizeof tally) return failed("size", status, &error);
  memset(&answers, 0, sizeof answers);
  answers.struct_size = sizeof answers;
  answers.unit_count = 5;
  answers.offsets = offsets;
  answers.items = items;
  answers.requirement = requirement;
  answers.satisfaction = satisfaction;
  status = xqs_tally_add_units(definition, tally, size, &answers, &error);
  if (status != XQS_OK) return failed("add_units", status, &error);
  memset(&score, 0, sizeof score);
  score.struct_size = sizeof score;
  status = xqs_tally_score(definition, tally, size, NULL, &score, NULL, 0, &error);
  if (status != XQS_OK) return failed("score", status, &error);
  xqs_definition_destroy(definition);
  /* Points above the worst answer: 13 of 17. */
  if (fabs(score.score - 100 * 13.0 / 17.0) > 1e-12) return failed("value", status, &error);
  printf("xqs %s, ABI %u, %.1f %%\n", xqs_version(), (unsigned)xqs_abi_version(), score.score);
  return 0;
}
