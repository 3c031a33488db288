#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "answers.hpp"
#include "handles.hpp"
#include "structs.hpp"
#include "tally_image.hpp"
#include "xqs/analysis/stored_release.hpp"
#include "xqs/tally/tally_encoding.hpp"

using namespace xqs::c;

namespace {

tally_view view_of(const void* tally, size_t size, const argument& which) {
  return named(which, [&] {
    return tally_view(&required(static_cast<const unsigned char*>(tally), which), size);
  });
}
tally_view view_of(const tally_memory& image) {
  return {image.memory().data(), image.memory().size()};
}

tally_memory memory_of(void* tally, size_t size, const argument& which) {
  return named(which, [&] {
    return tally_memory(&required(static_cast<unsigned char*>(tally), which), size);
  });
}

void require_own(const tally_view& image, const shared_definition& shared,
                 std::string_view unit_kind) {
  const xqs::state_identity wanted(shared.rules(), std::string(unit_kind));
  if (image.head().definition != wanted.definition.bytes || image.unit_kind() != unit_kind)
    xqs::detail::require_same(image.to_tally().identity(), wanted);
}

void add_all(tally_memory image, const answer_rows& rows, unit_reader& unit, bool weighted) {
  auto all = image.all();
  for (std::uint64_t u = 0; u < rows.unit_count(); ++u) all.add_unit(unit(u), weighted);
}

/// One unit is added in place; others where an error among them leaves no trace.
void add_units(const shared_definition& shared, tally_memory to, const answer_rows& rows) {
  const image_layout& layout = shared.layout_of_size(to.memory().size(), {3, "size"});
  unit_reader unit(shared, layout, rows);
  const bool begins = to.empty();
  if (!begins) require_own(view_of(to), shared, rows.unit_kind());
  if (!begins && rows.unit_count() == 1) return add_all(to, rows, unit, layout.weighted);
  std::vector<unsigned char> copy(to.memory().begin(), to.memory().end());
  if (begins) begin_tally(copy, layout, rows.unit_kind());
  add_all(tally_memory(copy.data(), copy.size()), rows, unit, layout.weighted);
  std::copy(copy.begin(), copy.end(), to.memory().begin());
}

/// Two tallies that are not of one kind: merging copies says what differs.
[[noreturn]] void refuse_kinds(const tally_view& a, const tally_view& b) {
  a.to_tally().merge_disjoint(b.to_tally());
  throw xqs::error(xqs::errc::incompatible, "the two tallies are not of one kind");
}

void merge(tally_memory to, const tally_view& other) {
  if (other.empty()) return;
  if (to.empty()) {
    if (to.memory().size() != other.memory().size())
      throw xqs::error(xqs::errc::incompatible, "the two tallies differ in size, so in columns");
    std::copy(other.memory().begin(), other.memory().end(), to.memory().begin());
    return;
  }
  if (!same_kind(view_of(to), other)) refuse_kinds(view_of(to), other);
  to.all().merge(other.all());
}

void subtract(tally_memory from, const tally_view& other) {
  if (other.empty()) return;
  if (view_of(from).empty())
    throw xqs::error(xqs::errc::invalid_argument,
                     "cannot subtract from an empty tally: a count would become negative");
  if (!same_kind(view_of(from), other)) refuse_kinds(view_of(from), other);
  from.all().subtract(other.all());
}

double number(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::optional<std::uint64_t> if_not_0(std::uint64_t value) {
  return value == 0 ? std::nullopt : std::optional(value);
}

/// What xqs.h says in numbers is what the enumerations say in names.
constexpr bool is(std::uint32_t bits, xqs::flag f) {
  return bits == 1u << static_cast<unsigned>(f);
}
constexpr bool is(int number, xqs::interval_kind kind) { return number == static_cast<int>(kind); }
constexpr bool is(int number, xqs::verdict v) { return number == static_cast<int>(v) + 1; }

static_assert(is(XQS_FLAG_ITEM_MISSING, xqs::flag::item_missing));
static_assert(is(XQS_FLAG_EXTRA_ITEM, xqs::flag::extra_item));
static_assert(is(XQS_FLAG_OVER_100, xqs::flag::over_100));
static_assert(is(XQS_FLAG_NO_REQUIREMENT, xqs::flag::no_requirement));
static_assert(is(XQS_FLAG_NO_GAP, xqs::flag::no_gap));
static_assert(is(XQS_FLAG_BELOW_MINIMUM, xqs::flag::below_minimum));
static_assert(is(XQS_FLAG_SUPPRESSED, xqs::flag::suppressed));
static_assert(is(XQS_FLAG_BELOW_VERDICT_MINIMUM, xqs::flag::below_verdict_minimum));
static_assert(is(XQS_FLAG_SINGLE_RESPONDENT, xqs::flag::single_respondent));
static_assert(is(XQS_FLAG_RESPONDENTS_UNKNOWN, xqs::flag::respondents_unknown));
static_assert(is(XQS_FLAG_UNIT_RESPONSE, xqs::flag::unit_response));
static_assert(is(XQS_FLAG_INDEPENDENCE_ASSUMED, xqs::flag::independence_assumed));
static_assert(is(XQS_FLAG_VARIANCE_BORROWED, xqs::flag::variance_borrowed));
static_assert(is(XQS_FLAG_DEGENERATE, xqs::flag::degenerate));
static_assert(is(XQS_FLAG_EARLY_FEEDBACK, xqs::flag::early_feedback));
static_assert(xqs::choice_names<xqs::flag>.size() == 15);
static_assert(is(XQS_INTERVAL_NONE, xqs::interval_kind::none));
static_assert(is(XQS_INTERVAL_BOUNDED, xqs::interval_kind::bounded));
static_assert(is(XQS_INTERVAL_EXCLUSIVE, xqs::interval_kind::exclusive));
static_assert(is(XQS_INTERVAL_UNBOUNDED, xqs::interval_kind::unbounded));
static_assert(is(XQS_INTERVAL_DEGENERATE, xqs::interval_kind::degenerate));
static_assert(is(XQS_INTERVAL_CENSUS, xqs::interval_kind::census));
static_assert(xqs::choice_names<xqs::interval_kind>.size() == 6);
static_assert(is(XQS_VERDICT_UP, xqs::verdict::up));
static_assert(is(XQS_VERDICT_DOWN, xqs::verdict::down));
static_assert(is(XQS_VERDICT_NO_CLEAR_CHANGE, xqs::verdict::no_clear_change));
static_assert(is(XQS_VERDICT_UNCHANGED, xqs::verdict::unchanged));
static_assert(xqs::choice_names<xqs::verdict>.size() == 4);

std::uint32_t bits_of(xqs::flag_set flags) {
  std::uint32_t bits = 0;
  for (std::uint32_t i = 0; i < xqs::choice_names<xqs::flag>.size(); ++i)
    if (flags.has(static_cast<xqs::flag>(i))) bits |= 1u << i;
  return bits;
}

std::uint64_t excluded(const std::array<std::uint64_t, xqs::exclusion_count>& counts,
                       xqs::exclusion why) {
  return counts[static_cast<std::size_t>(why)];
}

/// The exclusions of a result or of counts.
template <typename Struct>
void show_excluded(const std::array<std::uint64_t, xqs::exclusion_count>& from, Struct& to) {
  to.excluded_no_answer = excluded(from, xqs::exclusion::no_answer);
  to.excluded_not_applicable = excluded(from, xqs::exclusion::not_applicable);
  to.excluded_zero_requirement = excluded(from, xqs::exclusion::zero_requirement);
}

xqs_counts counts_of(const xqs::tally& t) {
  xqs_counts counts{};
  if (t.empty()) return counts;
  counts.columns = static_cast<std::uint32_t>(t.columns().size());
  counts.units = t.units();
  std::array<std::uint64_t, xqs::exclusion_count> all{};
  for (const xqs::tally::column_counts& c : t.columns()) {
    counts.answers += c.answers;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += c.excluded[i];
  }
  show_excluded(all, counts);
  return counts;
}

xqs_score shown(const xqs::released_score& released) {
  const xqs::score nothing;
  const xqs::score& s = released.shown ? *released.shown : nothing;
  xqs_score result{};
  result.flags = bits_of(released.flags);
  result.score = number(s.value);
  result.std_error = number(s.std_error);
  result.ci_low = number(s.low);
  result.ci_high = number(s.high);
  result.confidence = number(s.confidence());
  result.interval_kind = static_cast<std::int32_t>(s.interval_kind);
  result.band = s.band ? static_cast<std::int32_t>(*s.band) : -1;
  result.confirmed = s.confirmed ? 1 : 0;
  result.shown = released.shown ? 1 : 0;
  result.respondents = released.respondents;
  result.units = s.units;
  result.answers = s.answers;
  show_excluded(s.excluded, result);
  return result;
}

void show_bands(const xqs::released_score& released, double* to, std::size_t count) {
  const bool known = released.shown && !released.shown->band_confidence.empty();
  for (std::size_t i = 0; i < count; ++i)
    to[i] = known ? released.shown->band_confidence[i] : number({});
}

xqs_comparison shown(const xqs::released_comparison& released) {
  const xqs::comparison& c = released.shown;
  xqs_comparison result{};
  result.flags = bits_of(c.flags);
  result.score_before = number(c.before);
  result.score_after = number(c.after);
  result.change = number(c.change);
  result.std_error = number(c.std_error);
  result.ci_low = number(c.low);
  result.ci_high = number(c.high);
  result.p = number(c.p);
  result.interval_kind = static_cast<std::int32_t>(c.interval_kind);
  result.verdict = c.verdict ? static_cast<std::int32_t>(*c.verdict) + 1 : XQS_VERDICT_NONE;
  result.needed_respondents = c.needed_respondents.value_or(0);
  result.respondents_before = released.respondents_before;
  result.respondents_after = released.respondents_after;
  return result;
}

xqs::stated_people people_of(std::uint64_t count, std::uint32_t flags) {
  return {if_not_0(count), (flags & XQS_RESPONDENTS_UNKNOWN) != 0};
}

xqs_score_options options_of(const xqs_score_options* options) {
  if (options == nullptr) return {};
  constexpr argument which{4, "options"};
  const xqs_score_options known = struct_in(options, sizeof *options, which);
  require_flags(known.flags, XQS_RESPONDENTS_UNKNOWN, which);
  return known;
}

xqs_compare_options options_of(const xqs_compare_options* options) {
  if (options == nullptr) return {};
  constexpr argument which{6, "options"};
  const xqs_compare_options known = struct_in(options, sizeof *options, which);
  require_flags(known.flags, XQS_RESPONDENTS_UNKNOWN, which);
  return known;
}

void require_bands(const xqs::definition& d, const double* to, std::size_t count) {
  const std::size_t bands = to == nullptr ? 0 : d.file().bands.size();
  if (count != bands)
    throw argument{7, "band_count"}.wrong("is " + std::to_string(count) + ", not " +
                                          std::to_string(bands));
}

}  // namespace

extern "C" {

xqs_status xqs_tally_size(const xqs_definition* definition, uint32_t columns, size_t* size,
                          xqs_error* error) {
  return guarded(error, [&] {
    const shared_definition& shared = *required(definition, {1, "definition"}).shared;
    required(size, {3, "size"}) = shared.layout(columns, {2, "columns"}).size;
  });
}

xqs_status xqs_tally_add_units(const xqs_definition* definition, void* tally, size_t size,
                               const xqs_answers* answers, xqs_error* error) {
  return guarded(error, [&] {
    const shared_definition& shared = *required(definition, {1, "definition"}).shared;
    const tally_memory to = memory_of(tally, size, {2, "tally"});
    add_units(shared, to, answer_rows(shared, answers, {4, "answers"}));
  });
}

xqs_status xqs_tally_merge_disjoint(void* tally, size_t size, const void* other, size_t other_size,
                                    xqs_error* error) {
  return guarded(error, [&] {
    merge(memory_of(tally, size, {1, "tally"}), view_of(other, other_size, {3, "other"}));
  });
}

xqs_status xqs_tally_subtract(void* tally, size_t size, const void* other, size_t other_size,
                              xqs_error* error) {
  return guarded(error, [&] {
    subtract(memory_of(tally, size, {1, "tally"}), view_of(other, other_size, {3, "other"}));
  });
}

xqs_status xqs_tally_counts(const void* tally, size_t size, xqs_counts* counts, xqs_error* error) {
  return guarded(error, [&] {
    const tally_view from = view_of(tally, size, {1, "tally"});
    require_room(counts, sizeof *counts, {3, "counts"});
    struct_out(counts_of(from.to_tally()), counts);
  });
}

xqs_status xqs_tally_score(const xqs_definition* definition, const void* tally, size_t size,
                           const xqs_score_options* options, xqs_score* score,
                           double* band_confidence, size_t band_count, xqs_error* error) {
  return guarded(error, [&] {
    const xqs::definition& d = required(definition, {1, "definition"}).rules();
    const xqs::tally state = view_of(tally, size, {2, "tally"}).to_tally();
    const xqs_score_options how = options_of(options);
    require_room(score, sizeof *score, {5, "score"});
    require_bands(d, band_confidence, band_count);
    const xqs::released_score released = xqs::release_stored(
        {state, if_not_0(how.population), people_of(how.respondents, how.flags)}, d);
    struct_out(shown(released), score);
    show_bands(released, band_confidence, band_count);
  });
}

xqs_status xqs_tally_compare(const xqs_definition* definition, const void* before,
                             size_t before_size, const void* after, size_t after_size,
                             const xqs_compare_options* options, xqs_comparison* comparison,
                             xqs_error* error) {
  return guarded(error, [&] {
    const xqs::definition& d = required(definition, {1, "definition"}).rules();
    const xqs::tally a = view_of(before, before_size, {2, "before"}).to_tally();
    const xqs::tally b = view_of(after, after_size, {4, "after"}).to_tally();
    const xqs_compare_options how = options_of(options);
    require_room(comparison, sizeof *comparison, {7, "comparison"});
    const std::optional<double> margin = how.margin == 0 ? std::nullopt : std::optional(how.margin);
    struct_out(
        shown(xqs::release_stored(
            {a, if_not_0(how.population_before), people_of(how.respondents_before, how.flags)},
            {b, if_not_0(how.population_after), people_of(how.respondents_after, how.flags)}, d,
            {.margin = margin, .request = {}})),
        comparison);
  });
}

xqs_status xqs_tally_encode(const void* tally, size_t size, void* buffer, size_t capacity,
                            size_t* encoded_size, xqs_error* error) {
  return guarded(error, [&] {
    const tally_view from = view_of(tally, size, {1, "tally"});
    const output to{buffer, {3, "buffer"}, capacity, encoded_size, {5, "encoded_size"}};
    if (from.empty()) return to.write_bytes({});
    to.write_bytes(xqs::encode(from.to_tally()));
  });
}

xqs_status xqs_tally_decode(const xqs_definition* definition, const void* encoded,
                            size_t encoded_size, void* tally, size_t size, xqs_error* error) {
  return guarded(error, [&] {
    const shared_definition& shared = *required(definition, {1, "definition"}).shared;
    const std::span bytes = bytes_in(encoded, encoded_size, {2, "encoded"});
    unsigned char* const memory = &required(static_cast<unsigned char*>(tally), {4, "tally"});
    const image_layout& layout = shared.layout_of_size(size, {5, "size"});
    if (bytes.empty())
      std::fill_n(memory, size, static_cast<unsigned char>(0));
    else
      write_tally({memory, size}, layout, xqs::decode_tally(bytes, shared.rules()));
  });
}

}  // extern "C"
