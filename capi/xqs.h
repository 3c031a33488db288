/* xqs: experience quality scores, satisfaction in per cent of the requirement. The C interface.
 *
 * A tour, from top to bottom:
 *
 *   versions     what is linked
 *   errors       status codes and xqs_error
 *   definition   the rules of a score, read from a definition file
 *   tally        exact totals of complete units in memory of yours: small, merged, scored
 *   ledger       exact totals per unit, however the answers of one person are scattered
 *   query        any question about rows and touchpoints, by Arrow
 *
 * C99 and C++; needs no other header than stddef.h and stdint.h. Numbers mean what docs/method.md says.
 *
 * RULES FOR ALL FUNCTIONS
 *
 * Results. A function returns a status: XQS_OK or a negative code, unless it cannot fail. A call
 * that fails changes nothing, and a handle it would have made is NULL. What else is said of errors,
 * see xqs_error.
 *
 * Pointers. No pointer may be NULL where it is not said. Pointers to structs and values are aligned
 * as their type; tallies and bytes have any alignment.
 *
 * Text. Text in is UTF-8 with its length in bytes, needs no closing NUL, and is copied. Text and
 * bytes out go to a buffer of yours: `capacity` is its size and `*size` becomes the length of what
 * there is, also if the buffer is too small (XQS_BUFFER_TOO_SMALL, nothing is written to it). Ask
 * with buffer NULL and capacity 0 first. Text ends with a NUL, which `*size` does not count and
 * for which there must be room.
 *
 * Structs. A struct begins with its struct_size, which you set to its sizeof and which tells what
 * your program was compiled with. Later versions append members, and never change those there are.
 * In structs that you pass in, 0 is the default of every member, and bits or members that the
 * library does not know must be 0. Of structs that the library fills in, it fills what both know.
 *
 * Threads. A definition may be used by any number of threads at once. A tally, a ledger, a query
 * and an xqs_error are used by one thread at a time; different ones do not know of each other. No
 * function prints, or reads the environment or the locale; tzdata is read by a query that names a
 * time zone, and threads are started by a query that asks for them, which end with it.
 *
 * Versions. Functions and structs here are of ABI version 0 and may change until Python and R have
 * used them; from version 1 on they stay. "Since" says in which ABI version a thing appeared; where
 * nothing is said it is version 0.
 */
#ifndef XQS_H
#define XQS_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && !defined(XQS_STATIC)
#ifdef XQS_BUILDING
#define XQS_API __declspec(dllexport)
#else
#define XQS_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define XQS_API __attribute__((visibility("default")))
#else
#define XQS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- versions -------------------------------------------------------------------------------- */

/* The ABI that this header describes. */
#define XQS_ABI_VERSION 0

/* The version of the library that is linked, "0.1.0": static text. */
XQS_API const char *xqs_version(void);

/* The ABI version of the library that is linked. A program works with it if this is equal to
 * XQS_ABI_VERSION or, from version 1 on, greater. */
XQS_API uint32_t xqs_abi_version(void);

/* ---- errors ---------------------------------------------------------------------------------- */

typedef int32_t xqs_status;

#define XQS_OK 0
#define XQS_INVALID_ARGUMENT (-1)   /* an argument is outside what the function allows */
#define XQS_INVALID_DEFINITION (-2) /* a definition contradicts itself, or its file is malformed */
#define XQS_INVALID_QUERY (-3)      /* a query document is malformed or asks the impossible */
#define XQS_INVALID_DATA (-4)       /* a row of input cannot be accepted */
#define XQS_INCOMPATIBLE (-5)       /* states of different definitions, columns or unit kinds */
#define XQS_OVERFLOW (-6)           /* a total would leave its range */
#define XQS_REFUSED (-7)            /* the gate refuses to show the result */
#define XQS_INVALID_BYTES (-8)      /* bytes are no state: damaged, unknown or not canonical */
#define XQS_OUT_OF_MEMORY (-9)
#define XQS_BUFFER_TOO_SMALL (-10) /* *size says what is needed */
#define XQS_INTERNAL (-11)         /* a fault of the library */

/* What went wrong, beyond the status. It is yours, on the stack say; every function takes NULL
 * instead. Set struct_size before the call. Filled in by a call that fails, and only by such. Texts
 * end with a NUL and are cut, between characters, where they are too long. */
typedef struct xqs_error {
  uint32_t struct_size;
  int32_t argument;  /* the argument at fault, the first being 1; 0: none */
  int64_t row;       /* of the arrays passed, the first being 0; -1: none */
  char column[64];   /* the column at fault; empty: none */
  char value[64];    /* its value, as text */
  char message[512]; /* what is wrong and what is allowed */
} xqs_error;

/* The name of a status, "XQS_OK": static text; "unknown status" for others. */
XQS_API const char *xqs_status_name(xqs_status status);

/* ---- definition ------------------------------------------------------------------------------ */

/* The rules of one score: scales, items, estimator, bands, confidentiality. Immutable. Ledgers and
 * queries keep what they need of it, so it may be destroyed before them.
 *
 * Since a definition decides what may be shown, treat its file as you would treat code. */
typedef struct xqs_definition xqs_definition;

/* Reads a definition file (docs/definition.md). Destroy the result.
 * Errors: XQS_INVALID_DEFINITION, the message naming the JSON path. */
XQS_API xqs_status xqs_definition_parse(const char *json, size_t size, xqs_definition **out,
                                        xqs_error *error);

/* A definition that the library brings along: "ceqs", "sqr", "employee_experience". Destroy it.
 * Errors: XQS_INVALID_ARGUMENT, listing the presets. */
XQS_API xqs_status xqs_definition_preset(const char *name, size_t size, xqs_definition **out,
                                         xqs_error *error);

/* NULL is nothing to destroy. */
XQS_API void xqs_definition_destroy(xqs_definition *definition);

/* Writes the definition, defaults filled in, as canonical JSON (RFC 8785). */
XQS_API xqs_status xqs_definition_json(const xqs_definition *definition, char *buffer,
                                       size_t capacity, size_t *size, xqs_error *error);

/* Writes name, version and fingerprint, "ceqs@2026.1#" and 32 hex digits: what is stored beside a
 * score to say how it was made. */
XQS_API xqs_status xqs_definition_provenance(const xqs_definition *definition, char *buffer,
                                             size_t capacity, size_t *size, xqs_error *error);

/* 16 bytes that tell definitions apart. */
XQS_API xqs_status xqs_definition_fingerprint(const xqs_definition *definition, uint8_t bytes[16],
                                              xqs_error *error);

/* 16 bytes that tell apart what changes a tally: scales, missing values, items, zero rule, cap,
 * weight places. States of equal ones merge. */
XQS_API xqs_status xqs_definition_tally_fingerprint(const xqs_definition *definition,
                                                    uint8_t bytes[16], xqs_error *error);

/* The number of items; they are numbered from 0, as in the file. */
XQS_API xqs_status xqs_definition_item_count(const xqs_definition *definition, uint32_t *count,
                                             xqs_error *error);

/* Writes the id of an item. Errors: XQS_INVALID_ARGUMENT for a number that is none. */
XQS_API xqs_status xqs_definition_item_id(const xqs_definition *definition, uint32_t item,
                                          char *buffer, size_t capacity, size_t *size,
                                          xqs_error *error);

/* The number of the item with an id. Errors: XQS_INVALID_DATA if there is none. */
XQS_API xqs_status xqs_definition_find_item(const xqs_definition *definition, const char *id,
                                            size_t id_size, uint32_t *item, xqs_error *error);

/* The number of bands; they are numbered from 0, the lowest first. */
XQS_API xqs_status xqs_definition_band_count(const xqs_definition *definition, uint32_t *count,
                                             xqs_error *error);

/* Writes the id of a band. Errors: XQS_INVALID_ARGUMENT for a number that is none. */
XQS_API xqs_status xqs_definition_band_id(const xqs_definition *definition, uint32_t band,
                                          char *buffer, size_t capacity, size_t *size,
                                          xqs_error *error);

/* ---- tally ----------------------------------------------------------------------------------- */

/* The exact totals of complete units, in `size` bytes of yours: of any alignment, empty if all of
 * them are 0, copied with memcpy, never destroyed; so a database can keep them in its own memory.
 * A unit is what varies independently, a respondent as a rule, and must be added whole: all answers
 * of a person at once. Where that cannot be, use a ledger.
 *
 * The bytes are of this machine and this version of the library. To store or send a tally, encode
 * it; docs/tally-format.md describes those bytes.
 *
 * A size that is not the tally's, and bytes that are none, are XQS_INVALID_ARGUMENT. Whoever
 * changes single bytes of a tally gets another tally or that error, nothing worse. */

/* One column with all items summed: for the estimators pooled and respondent_mean. */
#define XQS_POOLED 1u
/* A column per item: for item_mean as well; grows with the square of the number of items. */
#define XQS_PROFILE 2u

/* The size of a tally in bytes; `columns` is XQS_POOLED or XQS_PROFILE. The same for definitions of
 * equal tally fingerprints.
 * Errors: XQS_INVALID_ARGUMENT for a profile of more than 2,000 items. */
XQS_API xqs_status xqs_tally_size(const xqs_definition *definition, uint32_t columns, size_t *size,
                                  xqs_error *error);

/* Answers in arrays: answer i is items[i], requirement[i], satisfaction[i]; those of unit u are
 * offsets[u] to offsets[u + 1] - 1. */
typedef struct xqs_answers {
  uint32_t struct_size;
  uint32_t flags;                     /* none yet */
  uint64_t unit_count;                /* 0 is allowed */
  const uint64_t *offsets;            /* unit_count + 1, ascending; NULL: unit u has answer u */
  const uint32_t *items;              /* numbers of items in the definition */
  const double *requirement;          /* codes on the scale, decimals; NaN: no answer */
  const double *satisfaction;         /* likewise */
  const uint8_t *requirement_valid;   /* bit i % 8 of byte i / 8; 0: no answer; NULL: all are */
  const uint8_t *satisfaction_valid;  /* likewise */
  const double *weight;               /* for definitions with weight places, else NULL */
  const char *unit_kind;              /* NULL: "respondent"; else "response", "row" or a column; */
  size_t unit_kind_size;              /* of tallies only, at most 63 bytes: a ledger has its own */
} xqs_answers;

/* Adds complete units, which are not in the tally yet. An item that a unit answers several times is
 * summed. O(answers), and for a profile the square of the items of a unit.
 * Errors: XQS_INVALID_DATA with row (the answer), column and value; XQS_INCOMPATIBLE for a tally of
 * another definition or unit kind; XQS_OVERFLOW. */
XQS_API xqs_status xqs_tally_add_units(const xqs_definition *definition, void *tally, size_t size,
                                       const xqs_answers *answers, xqs_error *error);

/* Adds a tally of OTHER units. That nobody is in both cannot be checked; people who are would count
 * twice. The two do not overlap in memory.
 * Errors: XQS_INCOMPATIBLE, XQS_OVERFLOW. */
XQS_API xqs_status xqs_tally_merge_disjoint(void *tally, size_t size, const void *other,
                                            size_t other_size, xqs_error *error);

/* Takes back what was added, exactly.
 * Errors: XQS_INCOMPATIBLE; XQS_INVALID_ARGUMENT if a count or a moment would become negative. */
XQS_API xqs_status xqs_tally_subtract(void *tally, size_t size, const void *other,
                                      size_t other_size, xqs_error *error);

/* How much is in a tally. For bookkeeping, not for reports: no gate has seen these numbers. */
typedef struct xqs_counts {
  uint32_t struct_size;
  uint32_t columns;                   /* 1, or the number of items of a profile; 0: empty */
  uint64_t units;                     /* with at least one valid answer */
  uint64_t answers;                   /* valid ones */
  uint64_t excluded_no_answer;
  uint64_t excluded_not_applicable;
  uint64_t excluded_zero_requirement;
} xqs_counts;

XQS_API xqs_status xqs_tally_counts(const void *tally, size_t size, xqs_counts *counts,
                                    xqs_error *error);

/* What a result says besides its numbers: bits of `flags`, as in docs/query.md. */
#define XQS_FLAG_ITEM_MISSING (1u << 0)
#define XQS_FLAG_EXTRA_ITEM (1u << 1)
#define XQS_FLAG_OVER_100 (1u << 2)
#define XQS_FLAG_NO_REQUIREMENT (1u << 3)
#define XQS_FLAG_NO_GAP (1u << 4)
#define XQS_FLAG_BELOW_MINIMUM (1u << 5)
#define XQS_FLAG_SUPPRESSED (1u << 6)
#define XQS_FLAG_BELOW_VERDICT_MINIMUM (1u << 7)
#define XQS_FLAG_SINGLE_RESPONDENT (1u << 8)
#define XQS_FLAG_RESPONDENTS_UNKNOWN (1u << 9)
#define XQS_FLAG_UNIT_RESPONSE (1u << 10)
#define XQS_FLAG_INDEPENDENCE_ASSUMED (1u << 11)
#define XQS_FLAG_VARIANCE_BORROWED (1u << 12)
#define XQS_FLAG_DEGENERATE (1u << 13)
#define XQS_FLAG_EARLY_FEEDBACK (1u << 14)

/* What an interval is; only those that are bounded or a census have ends. */
#define XQS_INTERVAL_NONE 0       /* fewer than two units, nothing required, or hidden */
#define XQS_INTERVAL_BOUNDED 1    /* two ends */
#define XQS_INTERVAL_EXCLUSIVE 2  /* everything but a stretch is compatible */
#define XQS_INTERVAL_UNBOUNDED 3  /* everything is compatible */
#define XQS_INTERVAL_DEGENERATE 4 /* the variance is exactly zero */
#define XQS_INTERVAL_CENSUS 5     /* everybody answered */

/* THE GATE. What xqs_tally_score and xqs_tally_compare tell has passed it: under an anonymous
 * definition nothing is shown of fewer than minimum_respondents people, nor a mean of items one of
 * which was answered by fewer. It counts people. The units of an unweighted tally of kind
 * "respondent" are people. Of others the tally does not know: say how many different people are
 * behind them in `respondents`, weights of 0 left out, or that nobody knows, in `flags`; otherwise
 * an anonymous definition refuses (XQS_REFUSED), and an item_mean of it always does. Differences
 * between several calls are not seen by the gate; do not show them. */

/* Nobody knows how many people are behind the units: each counts as one, and the result says so. */
#define XQS_RESPONDENTS_UNKNOWN (1u << 0)

typedef struct xqs_score_options {
  uint32_t struct_size;
  uint32_t flags;       /* XQS_RESPONDENTS_UNKNOWN */
  uint64_t population;  /* units there are, if finite; 0: not */
  uint64_t respondents; /* people behind the units; 0: not said, or the units themselves */
} xqs_score_options;

/* A released score. A number that there is not is NaN; where nothing is shown all are, and counts
 * are 0. */
typedef struct xqs_score {
  uint32_t struct_size;
  uint32_t flags;        /* XQS_FLAG_* */
  double score;          /* per cent of the requirement */
  double std_error;      /* per cent */
  double ci_low;         /* ends of the interval, per cent */
  double ci_high;
  double confidence;     /* 0..1, that the score is in the band */
  int32_t interval_kind; /* XQS_INTERVAL_* */
  int32_t band;          /* its number in the definition; -1: none */
  int32_t confirmed;     /* 1: the whole interval is in the band */
  int32_t shown;         /* 0: the gate shows nothing, and flags say why */
  uint64_t respondents;  /* different people */
  uint64_t units;        /* units of uncertainty behind the number */
  uint64_t answers;
  uint64_t excluded_no_answer;
  uint64_t excluded_not_applicable;
  uint64_t excluded_zero_requirement;
} xqs_score;

/* Scores a tally with estimator, interval and level of the definition. `options` may be NULL.
 * Unless `band_confidence` is NULL, it gets the confidence (0..1, or NaN) of each of the
 * definition's bands, of which there are `band_count`; with NULL that is 0.
 * Errors: XQS_INCOMPATIBLE for a tally of another definition; XQS_INVALID_ARGUMENT for a population
 * or a number of people that cannot be, or for item_mean of a pooled tally; XQS_REFUSED. */
XQS_API xqs_status xqs_tally_score(const xqs_definition *definition, const void *tally, size_t size,
                                   const xqs_score_options *options, xqs_score *score,
                                   double *band_confidence, size_t band_count, xqs_error *error);

typedef struct xqs_compare_options {
  uint32_t struct_size;
  uint32_t flags;              /* XQS_RESPONDENTS_UNKNOWN, of both */
  double margin;               /* points of per cent: a smaller change is none; 0: no margin */
  uint64_t population_before;  /* as in xqs_score_options */
  uint64_t population_after;
  uint64_t respondents_before;
  uint64_t respondents_after;
} xqs_compare_options;

/* What a comparison says. */
#define XQS_VERDICT_NONE 0
#define XQS_VERDICT_UP 1
#define XQS_VERDICT_DOWN 2
#define XQS_VERDICT_NO_CLEAR_CHANGE 3 /* both are possible */
#define XQS_VERDICT_UNCHANGED 4       /* smaller than the margin, for certain */

/* A released comparison. A number that there is not is NaN. */
typedef struct xqs_comparison {
  uint32_t struct_size;
  uint32_t flags;              /* XQS_FLAG_*, always XQS_FLAG_INDEPENDENCE_ASSUMED where shown */
  double score_before;         /* per cent of the requirement */
  double score_after;
  double change;               /* after less before, in points of per cent */
  double std_error;            /* of the change */
  double ci_low;               /* ends of its interval */
  double ci_high;
  double p;                    /* two-sided, 0..1 */
  int32_t interval_kind;       /* XQS_INTERVAL_* */
  int32_t verdict;             /* XQS_VERDICT_* */
  uint64_t needed_respondents; /* in each wave, to find such a change; 0: not known */
  uint64_t respondents_before; /* 0: that side is hidden */
  uint64_t respondents_after;
} xqs_comparison;

/* Compares two tallies as if nobody were in both, which tallies cannot know; where people come back
 * the standard error is mostly too large. A query compares with what people share. `options` may be
 * NULL. Errors as xqs_tally_score. */
XQS_API xqs_status xqs_tally_compare(const xqs_definition *definition, const void *before,
                                     size_t before_size, const void *after, size_t after_size,
                                     const xqs_compare_options *options, xqs_comparison *comparison,
                                     xqs_error *error);

/* Writes a tally as bytes to store or send: equal for equal tallies, on every machine; none for an
 * empty one. */
XQS_API xqs_status xqs_tally_encode(const void *tally, size_t size, void *buffer, size_t capacity,
                                    size_t *encoded_size, xqs_error *error);

/* Reads such bytes, which may come from anywhere, into a tally of `size` bytes in place of what it
 * held; none at all are an empty one.
 * Errors: XQS_INVALID_BYTES for bytes that are no tally; XQS_INCOMPATIBLE for a tally of another
 * definition, or of columns that need another size. */
XQS_API xqs_status xqs_tally_decode(const xqs_definition *definition, const void *encoded,
                                    size_t encoded_size, void *tally, size_t size,
                                    xqs_error *error);

/* ---- ledger ---------------------------------------------------------------------------------- */

/* The exact totals of each unit by item: right under any order and any partition of the answers.
 * Holds the names of units: personal data. */
typedef struct xqs_ledger xqs_ledger;

/* Text in arrays: UTF-8, `size` bytes. */
typedef struct xqs_text {
  const char *data;
  size_t size;
} xqs_text;

/* An empty ledger. `unit_kind` is what a unit is: "respondent" (also if it is NULL, with size 0),
 * "response", or a column's name. Destroy it. */
XQS_API xqs_status xqs_ledger_create(const xqs_definition *definition, const char *unit_kind,
                                     size_t size, xqs_ledger **out, xqs_error *error);

/* NULL is nothing to destroy. */
XQS_API void xqs_ledger_destroy(xqs_ledger *ledger);

/* Adds answers to the totals of units; `units` names the answers->unit_count units, which may be
 * there already and may repeat. A response is named ["respondent","response"], JSON without blanks.
 * O(answers).
 * Errors: XQS_INVALID_DATA with row (the answer, or the unit if the column is "unit"), column and
 * value; XQS_OVERFLOW. */
XQS_API xqs_status xqs_ledger_add(xqs_ledger *ledger, const xqs_text *units,
                                  const xqs_answers *answers, xqs_error *error);

/* Adds the totals of another ledger, unit by unit; people may be in both. O(entries of `other`).
 * Errors: XQS_INCOMPATIBLE, also for ledgers that queries made with different groups;
 * XQS_OVERFLOW. */
XQS_API xqs_status xqs_ledger_merge(xqs_ledger *ledger, const xqs_ledger *other, xqs_error *error);

/* Takes back the totals of another ledger that was merged before, unit by unit, exactly; of units
 * that have nothing left no trace remains. O(entries).
 * Errors: XQS_INCOMPATIBLE; XQS_INVALID_ARGUMENT if there is less of a unit than `other` has. */
XQS_API xqs_status xqs_ledger_subtract(xqs_ledger *ledger, const xqs_ledger *other,
                                       xqs_error *error);

/* Takes out every trace of a unit; `*found` becomes 1 if it was there, else 0. O(entries). */
XQS_API xqs_status xqs_ledger_erase(xqs_ledger *ledger, const char *unit, size_t size,
                                    int32_t *found, xqs_error *error);

/* Makes the tally of all units, in place of what `tally` held; `columns` as in xqs_tally_size.
 * Extra items are left out. O(entries).
 * Errors: XQS_INCOMPATIBLE for a ledger that a query kept by groups; XQS_INVALID_DATA for a column
 * that reads as one of groups and is none; XQS_INVALID_ARGUMENT for a wrong size or a unit kind of
 * more than 63 bytes; XQS_OVERFLOW. */
XQS_API xqs_status xqs_ledger_fold(const xqs_ledger *ledger, uint32_t columns, void *tally,
                                   size_t size, xqs_error *error);

/* Writes a ledger as bytes to store or send: equal for equal ledgers, on every machine. */
XQS_API xqs_status xqs_ledger_encode(const xqs_ledger *ledger, void *buffer, size_t capacity,
                                     size_t *encoded_size, xqs_error *error);

/* Reads such bytes, which may come from anywhere. Destroy the result.
 * Errors: XQS_INVALID_BYTES for bytes that are no ledger; XQS_INCOMPATIBLE for a ledger of another
 * definition. */
XQS_API xqs_status xqs_ledger_decode(const xqs_definition *definition, const void *encoded,
                                     size_t encoded_size, xqs_ledger **out, xqs_error *error);

/* ---- query ----------------------------------------------------------------------------------- */

/* One question to the rows pushed into it: create, push touchpoints if there are any, push
 * feedback, finish, destroy. The question is a JSON document (docs/query.md); rows and the answer
 * are Arrow (docs/arrow.md). Answers have passed the gate. */
typedef struct xqs_query xqs_query;

/* Arrow's C data and C stream interfaces, as https://arrow.apache.org/docs/format asks everyone to
 * declare them. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* What is pushed. */
#define XQS_FEEDBACK 1u
#define XQS_TOUCHPOINTS 2u

/* A query under a definition. Destroy it.
 * Errors: XQS_INVALID_QUERY naming the JSON path; XQS_REFUSED for a question that an anonymous
 * definition does not answer. */
XQS_API xqs_status xqs_query_create(const xqs_definition *definition, const char *json, size_t size,
                                    xqs_query **out, xqs_error *error);

/* NULL is nothing to destroy. */
XQS_API void xqs_query_destroy(xqs_query *query);

/* Whether the query can need the values of a column of this name, in feedback or touchpoints:
 * `*may` becomes 1 or 0. Others may be handed over as nulls, which saves the work of making them. */
XQS_API xqs_status xqs_query_may_read(const xqs_query *query, const char *column, size_t size,
                                      int32_t *may, xqs_error *error);

/* Adds a batch of rows: `array` is a struct array with a child per column, `schema` its schema.
 * Both are released before the call returns, whatever it returns. All touchpoints come before the
 * first feedback. Columns that the query cannot need are not read.
 * Errors: XQS_INVALID_DATA with row, column, value; XQS_INVALID_ARGUMENT or XQS_INVALID_DATA for
 * arrays that are malformed; the batch is then not counted at all. After XQS_OUT_OF_MEMORY and
 * XQS_OVERFLOW the query can only be destroyed. */
XQS_API xqs_status xqs_query_push(xqs_query *query, uint32_t table, struct ArrowSchema *schema,
                                  struct ArrowArray *array, xqs_error *error);

/* Adds rows first to first + count - 1 of such a batch, which is read only and stays yours: for a
 * large one in pieces, so that a program can show how far it is, and be stopped, in between. What
 * a piece costs depends on its own rows and on the values of dictionaries, which it reads anew.
 * Errors as xqs_query_push, of this piece alone; rows count from the first of the array. A piece
 * that the array does not have is XQS_INVALID_ARGUMENT. */
XQS_API xqs_status xqs_query_push_rows(xqs_query *query, uint32_t table,
                                       const struct ArrowSchema *schema,
                                       const struct ArrowArray *array, int64_t first,
                                       int64_t count, xqs_error *error);

/* The answer, once, after the last push. `result` is yours to release, and lives apart from the
 * query. If the call fails, result->release is NULL, and it may be called again.
 * Errors: XQS_INVALID_DATA without any row; XQS_REFUSED. */
XQS_API xqs_status xqs_query_finish(xqs_query *query, struct ArrowArrayStream *result,
                                    xqs_error *error);

/* The rows that were not accepted since the last call, where the query says "on_error": "skip":
 * their number over all feedback, reason, column, value and message. `rejects` is yours to
 * release, and lives apart from the query. */
XQS_API xqs_status xqs_query_rejects(xqs_query *query, struct ArrowArrayStream *rejects,
                                     xqs_error *error);

/* Keeps the ledger of the question, for xqs_query_ledger: call before the first push. It has a
 * column for each item or, with groups, for each group and item.
 * Errors: XQS_INVALID_ARGUMENT for another unit than the respondent, a timeline, or "choices". */
XQS_API xqs_status xqs_query_keep_ledger(xqs_query *query, xqs_error *error);

/* The ledger of all that was pushed so far and meets the conditions: personal data, which no gate
 * has seen. Without groups it is as xqs_ledger_add makes it. Destroy it.
 * Errors: XQS_INVALID_ARGUMENT if none was kept, or a push left the query to be destroyed. */
XQS_API xqs_status xqs_query_ledger(const xqs_query *query, xqs_ledger **out, xqs_error *error);

/* Adds a ledger instead of rows; several are added up, and people may be in more than one. Groups
 * and conditions are then by the columns that it was kept with.
 * Errors: XQS_INCOMPATIBLE for a ledger of another definition, or of another unit than the
 * respondent; XQS_INVALID_ARGUMENT with touchpoints or a time zone, for a timeline or "choices";
 * XQS_INVALID_DATA for other columns or items than allowed, and before or after rows. Otherwise as
 * xqs_query_push. */
XQS_API xqs_status xqs_query_push_ledger(xqs_query *query, const xqs_ledger *ledger,
                                         xqs_error *error);

#ifdef __cplusplus
}
#endif

#endif /* XQS_H */
