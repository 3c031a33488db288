/* The screen of a CRM system for one physician: each contact, its quality, and the total.
 *
 * Shows the two ways to embed xqs: answers in plain arrays, scored contact by contact, and one
 * query whose rows and result are Arrow structs made and read by hand. Both say the same.
 * The physician and the contacts are made up. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xqs.h>

static xqs_error error = {sizeof error, 0, 0, "", "", ""};

static void check(xqs_status status, const char *what) {
  if (status == XQS_OK) return;
  fprintf(stderr, "%s: %s: %s\n", what, xqs_status_name(status), error.message);
  exit(1);
}

/* ---- what the CRM system holds --------------------------------------------------------------- */

enum { contact_count = 4, answer_count = 7 };

static const char *const contact_ids[] = {"T-1", "T-2", "T-3", "T-4"};
static const char *const kinds[] = {"visit", "email", "webinar", "call"};
static const char *const channels[] = {"face_to_face", "e_mail", "online_event", "phone"};
static const char *const initiators[] = {"field", "central", "central", "field"};
static const char *const states[] = {"realised", "realised", "realised", "planned"};
static const char *const physicians[] = {"P-7", "P-7", "P-7", "P-7"};
static const int64_t times[] = {1736848200000000, 1737367560000000, 1739984400000000,
                                1741601700000000}; /* microseconds since 1970, UTC */

/* The physician answered about the visit and the webinar. */
static const char *const answered[] = {"T-1", "T-1", "T-1", "T-3", "T-3", "T-3", "T-3"};
static const char *const items[] = {"relevance",   "credibility", "effort", "relevance",
                                    "information", "credibility", "effort"};
static const double requirement[] = {5, 4, 3, 5, 4, 4, 3};
static const double satisfaction[] = {5, 4, 2, 2, 3, 3, 2};

/* ---- first way: plain arrays ----------------------------------------------------------------- */

/* The score of answers `begin` to `end` - 1, which are one person's; NaN without any. */
static double score_of(const xqs_definition *definition, uint64_t begin, uint64_t end) {
  uint32_t numbers[answer_count];
  uint64_t offsets[2];
  xqs_answers answers;
  xqs_score score;
  size_t size;
  void *tally;
  int i;
  for (i = 0; i < answer_count; ++i)
    check(xqs_definition_find_item(definition, items[i], strlen(items[i]), &numbers[i], &error),
          "item");
  offsets[0] = begin;
  offsets[1] = end;
  memset(&answers, 0, sizeof answers);
  answers.struct_size = sizeof answers;
  answers.unit_count = 1;
  answers.offsets = offsets;
  answers.items = numbers;
  answers.requirement = requirement;
  answers.satisfaction = satisfaction;
  check(xqs_tally_size(definition, XQS_POOLED, &size, &error), "size");
  tally = calloc(1, size);
  if (tally == NULL) exit(1);
  check(xqs_tally_add_units(definition, tally, size, &answers, &error), "answers");
  memset(&score, 0, sizeof score);
  score.struct_size = sizeof score;
  check(xqs_tally_score(definition, tally, size, NULL, &score, NULL, 0, &error), "score");
  free(tally);
  return score.score;
}

static double score_of_contact(const xqs_definition *definition, const char *contact) {
  uint64_t begin = 0, end;
  while (begin < answer_count && strcmp(answered[begin], contact) != 0) ++begin;
  for (end = begin; end < answer_count && strcmp(answered[end], contact) == 0;) ++end;
  return score_of(definition, begin, end);
}

/* ---- second way: Arrow by hand --------------------------------------------------------------- */

enum { most_columns = 8, most_bytes = 256 };

/* A batch of rows that owns nothing: its buffers live here until it has been pushed. */
typedef struct batch {
  struct ArrowSchema schema, column_schemas[most_columns], *schema_list[most_columns];
  struct ArrowArray array, column_arrays[most_columns], *array_list[most_columns];
  const void *no_buffers[1], *buffers[most_columns][3];
  int32_t offsets[most_columns][16];
  char bytes[most_columns][most_bytes];
} batch;

static void release_schema(struct ArrowSchema *schema) { schema->release = NULL; }
static void release_array(struct ArrowArray *array) { array->release = NULL; }

static void begin(batch *b, int64_t rows) {
  memset(b, 0, sizeof *b);
  b->schema.format = "+s";
  b->schema.children = b->schema_list;
  b->schema.release = release_schema;
  b->array.length = rows;
  b->array.n_buffers = 1;
  b->array.buffers = b->no_buffers;
  b->array.children = b->array_list;
  b->array.release = release_array;
}

static int64_t add_column(batch *b, const char *name, const char *format, int64_t buffers) {
  const int64_t at = b->schema.n_children;
  b->schema_list[at] = &b->column_schemas[at];
  b->array_list[at] = &b->column_arrays[at];
  b->column_schemas[at].format = format;
  b->column_schemas[at].name = name;
  b->column_schemas[at].release = release_schema;
  b->column_arrays[at].length = b->array.length;
  b->column_arrays[at].n_buffers = buffers;
  b->column_arrays[at].buffers = b->buffers[at];
  b->column_arrays[at].release = release_array;
  b->schema.n_children = b->array.n_children = at + 1;
  return at;
}

static void add_text(batch *b, const char *name, const char *const *values) {
  const int64_t at = add_column(b, name, "u", 3);
  int32_t end = 0;
  int64_t row;
  for (row = 0; row < b->array.length; ++row) {
    const size_t size = strlen(values[row]);
    if ((size_t)end + size > most_bytes) exit(1);
    memcpy(b->bytes[at] + end, values[row], size);
    end += (int32_t)size;
    b->offsets[at][row + 1] = end;
  }
  b->buffers[at][1] = b->offsets[at];
  b->buffers[at][2] = b->bytes[at];
}

static void add_values(batch *b, const char *name, const char *format, const void *values) {
  b->buffers[add_column(b, name, format, 2)][1] = values;
}

static void push_touchpoints(xqs_query *query) {
  batch b;
  begin(&b, contact_count);
  add_text(&b, "touchpoint", contact_ids);
  add_text(&b, "kind", kinds);
  add_text(&b, "channel", channels);
  add_text(&b, "initiator", initiators);
  add_text(&b, "status", states);
  add_text(&b, "contact", physicians);
  add_values(&b, "time", "tsu:UTC", times);
  check(xqs_query_push(query, XQS_TOUCHPOINTS, &b.schema, &b.array, &error), "touchpoints");
}

static void push_feedback(xqs_query *query) {
  batch b;
  begin(&b, answer_count);
  add_text(&b, "touchpoint", answered);
  add_text(&b, "item", items);
  add_values(&b, "requirement", "g", requirement);
  add_values(&b, "satisfaction", "g", satisfaction);
  check(xqs_query_push(query, XQS_FEEDBACK, &b.schema, &b.array, &error), "feedback");
}

/* The column of a result with a name. */
static const struct ArrowArray *column(const struct ArrowSchema *schema,
                                       const struct ArrowArray *array, const char *name) {
  int64_t at = 0;
  while (at < schema->n_children && strcmp(schema->children[at]->name, name) != 0) ++at;
  if (at == schema->n_children) exit(1);
  return array->children[at];
}

static int is_null(const struct ArrowArray *a, int64_t row) {
  const uint8_t *valid = a->buffers[0];
  return valid != NULL && (valid[row / 8] >> (row % 8) & 1) == 0;
}

static void print_text(const struct ArrowArray *a, int64_t row, int width) {
  const int32_t *offsets = a->buffers[1];
  const int size = is_null(a, row) ? 0 : (int)(offsets[row + 1] - offsets[row]);
  printf("%-*.*s  ", width, size, (const char *)a->buffers[2] + offsets[row]);
}

static double number(const struct ArrowArray *a, int64_t row) {
  return is_null(a, row) ? NAN : ((const double *)a->buffers[1])[row];
}

/* Shows the contacts, and that both ways agree. Returns the total that the contributions give. */
static double show(const xqs_definition *definition, struct ArrowArrayStream *stream) {
  struct ArrowSchema schema;
  struct ArrowArray rows;
  double total = 100;
  int64_t row;
  if (stream->get_schema(stream, &schema) != 0 || stream->get_next(stream, &rows) != 0) exit(1);
  for (row = 0; row < rows.length; ++row) {
    const double quality = number(column(&schema, &rows, "score"), row);
    const double contribution = number(column(&schema, &rows, "contribution"), row);
    const double again = score_of_contact(definition, contact_ids[row]);
    print_text(column(&schema, &rows, "time"), row, 20);
    print_text(column(&schema, &rows, "kind"), row, 7);
    print_text(column(&schema, &rows, "channel"), row, 12);
    print_text(column(&schema, &rows, "status"), row, 8);
    if (isnan(quality))
      printf("no feedback\n");
    else
      printf("%5.1f %%  %+6.1f\n", quality, contribution);
    if (isnan(quality) != isnan(again) || fabs(quality - again) > 1e-9) exit(1);
    if (!isnan(contribution)) total += contribution;
  }
  rows.release(&rows);
  schema.release(&schema);
  return total;
}

int main(void) {
  static const char question[] =
      "{\"question\": \"timeline\", \"contact\": \"P-7\", \"time_zone\": \"UTC\"}";
  xqs_definition *definition;
  xqs_query *query;
  struct ArrowArrayStream stream;
  double total;
  check(xqs_definition_preset("ceqs", 4, &definition, &error), "definition");
  check(xqs_query_create(definition, question, strlen(question), &query, &error), "query");
  push_touchpoints(query);
  push_feedback(query);
  check(xqs_query_finish(query, &stream, &error), "result");
  printf("Physician P-7\n\n");
  total = show(definition, &stream);
  printf("\nTotal %.1f %% of the requirement\n", total);
  stream.release(&stream);
  xqs_query_destroy(query);
  if (fabs(total - score_of(definition, 0, answer_count)) > 1e-9) return 1;
  xqs_definition_destroy(definition);
  return 0;
}
