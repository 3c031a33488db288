/* xqs.h alone, twice, in C99 and as C++; sizes and offsets are part of the ABI. */
#include "xqs.h"
#include "xqs.h"

#define OFFSET(name, type, member, expected) \
  extern int name[offsetof(type, member) == (expected) ? 1 : -1]
#define SIZE(name, type, expected) extern int name[sizeof(type) == (expected) ? 1 : -1]

SIZE(size_of_error, xqs_error, 656);
OFFSET(error_argument, xqs_error, argument, 4);
OFFSET(error_row, xqs_error, row, 8);
OFFSET(error_column, xqs_error, column, 16);
OFFSET(error_value, xqs_error, value, 80);
OFFSET(error_message, xqs_error, message, 144);

#if UINTPTR_MAX == 0xffffffffffffffffu
SIZE(size_of_text, xqs_text, 16);
SIZE(size_of_answers, xqs_answers, 88);
OFFSET(answers_flags, xqs_answers, flags, 4);
OFFSET(answers_unit_count, xqs_answers, unit_count, 8);
OFFSET(answers_offsets, xqs_answers, offsets, 16);
OFFSET(answers_items, xqs_answers, items, 24);
OFFSET(answers_requirement, xqs_answers, requirement, 32);
OFFSET(answers_satisfaction, xqs_answers, satisfaction, 40);
OFFSET(answers_requirement_valid, xqs_answers, requirement_valid, 48);
OFFSET(answers_satisfaction_valid, xqs_answers, satisfaction_valid, 56);
OFFSET(answers_weight, xqs_answers, weight, 64);
OFFSET(answers_unit_kind, xqs_answers, unit_kind, 72);
OFFSET(answers_unit_kind_size, xqs_answers, unit_kind_size, 80);
#endif

SIZE(size_of_counts, xqs_counts, 48);
OFFSET(counts_columns, xqs_counts, columns, 4);
OFFSET(counts_units, xqs_counts, units, 8);
OFFSET(counts_answers, xqs_counts, answers, 16);
OFFSET(counts_no_answer, xqs_counts, excluded_no_answer, 24);
OFFSET(counts_not_applicable, xqs_counts, excluded_not_applicable, 32);
OFFSET(counts_zero_requirement, xqs_counts, excluded_zero_requirement, 40);

SIZE(size_of_score_options, xqs_score_options, 24);
OFFSET(score_options_flags, xqs_score_options, flags, 4);
OFFSET(score_options_population, xqs_score_options, population, 8);
OFFSET(score_options_respondents, xqs_score_options, respondents, 16);

SIZE(size_of_score, xqs_score, 112);
OFFSET(score_flags, xqs_score, flags, 4);
OFFSET(score_score, xqs_score, score, 8);
OFFSET(score_std_error, xqs_score, std_error, 16);
OFFSET(score_ci_low, xqs_score, ci_low, 24);
OFFSET(score_ci_high, xqs_score, ci_high, 32);
OFFSET(score_confidence, xqs_score, confidence, 40);
OFFSET(score_interval_kind, xqs_score, interval_kind, 48);
OFFSET(score_band, xqs_score, band, 52);
OFFSET(score_confirmed, xqs_score, confirmed, 56);
OFFSET(score_shown, xqs_score, shown, 60);
OFFSET(score_respondents, xqs_score, respondents, 64);
OFFSET(score_units, xqs_score, units, 72);
OFFSET(score_answers, xqs_score, answers, 80);
OFFSET(score_no_answer, xqs_score, excluded_no_answer, 88);
OFFSET(score_not_applicable, xqs_score, excluded_not_applicable, 96);
OFFSET(score_zero_requirement, xqs_score, excluded_zero_requirement, 104);

SIZE(size_of_compare_options, xqs_compare_options, 48);
OFFSET(compare_options_flags, xqs_compare_options, flags, 4);
OFFSET(compare_options_margin, xqs_compare_options, margin, 8);
OFFSET(compare_options_population_before, xqs_compare_options, population_before, 16);
OFFSET(compare_options_population_after, xqs_compare_options, population_after, 24);
OFFSET(compare_options_respondents_before, xqs_compare_options, respondents_before, 32);
OFFSET(compare_options_respondents_after, xqs_compare_options, respondents_after, 40);

SIZE(size_of_comparison, xqs_comparison, 96);
OFFSET(comparison_flags, xqs_comparison, flags, 4);
OFFSET(comparison_score_before, xqs_comparison, score_before, 8);
OFFSET(comparison_score_after, xqs_comparison, score_after, 16);
OFFSET(comparison_change, xqs_comparison, change, 24);
OFFSET(comparison_std_error, xqs_comparison, std_error, 32);
OFFSET(comparison_ci_low, xqs_comparison, ci_low, 40);
OFFSET(comparison_ci_high, xqs_comparison, ci_high, 48);
OFFSET(comparison_p, xqs_comparison, p, 56);
OFFSET(comparison_interval_kind, xqs_comparison, interval_kind, 64);
OFFSET(comparison_verdict, xqs_comparison, verdict, 68);
OFFSET(comparison_needed, xqs_comparison, needed_respondents, 72);
OFFSET(comparison_respondents_before, xqs_comparison, respondents_before, 80);
OFFSET(comparison_respondents_after, xqs_comparison, respondents_after, 88);
