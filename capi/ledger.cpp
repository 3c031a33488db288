#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "answers.hpp"
#include "engine/ledger_rows.hpp"
#include "handles.hpp"
#include "tally_image.hpp"
#include "xqs/tally/ledger_encoding.hpp"

using namespace xqs::c;

namespace {

std::string_view kind_in(const char* kind, std::size_t size) {
  if (kind == nullptr && size == 0) return "respondent";
  constexpr argument which{2, "unit_kind"};
  const std::string_view text = text_in(kind, size, which);
  if (text.empty()) throw which.wrong("is empty");
  return text;
}

std::string_view unit_in(const xqs_text* units, std::uint64_t at) {
  constexpr argument which{2, "units"};
  if (units[at].data == nullptr || units[at].size == 0)
    throw xqs::error(static_cast<std::int64_t>(at), "unit", "", "the unit is missing");
  return text_in(units[at].data, units[at].size, which);
}

/// All of the answers, apart from the ledger that they are for.
xqs::ledger read(const xqs_ledger& to, const xqs_text* units, const answer_rows& rows) {
  xqs::ledger added(to.content.identity());
  for (std::uint64_t u = 0; u < rows.unit_count(); ++u) {
    const std::string_view unit = unit_in(units, u);
    const answer_rows::range answers = rows.answers_of(u);
    for (std::uint64_t a = answers.begin; a < answers.end; ++a)
      added.add(unit, to.shared->rules().items()[rows.item(a)].id, rows.points(a));
  }
  return added;
}

/// Of one kind, also if there is nothing in them yet: what they are ledgers of was said when they
/// were made.
std::pair<xqs::ledger&, const xqs::ledger&> two_ledgers(xqs_ledger* ledger,
                                                        const xqs_ledger* other) {
  xqs::ledger& first = required(ledger, {1, "ledger"}).content;
  const xqs::ledger& second = required(other, {2, "other"}).content;
  xqs::detail::require_same(first.identity(), second.identity());
  return {first, second};
}

/// Ledgers of different groups are each right, and their sum is of no use. The first column tells,
/// since all of a ledger are of the same groups.
void require_same_groups(const xqs_ledger& a, const xqs_ledger& b) {
  if (a.content.empty() || b.content.empty()) return;
  const auto groups_of = [](const xqs_ledger& of) {
    return xqs::engine::column_of(of.content.column(0), of.shared->rules()).names;
  };
  if (groups_of(a) != groups_of(b))
    throw xqs::error(xqs::errc::incompatible,
                     "the ledgers were made with different groups; their totals do not add up");
}

/// Columns of groups and items are none of a tally.
void require_items(const xqs_ledger& from) {
  for (std::uint32_t c = 0; c < from.content.column_count(); ++c)
    if (!xqs::engine::column_of(from.content.column(c), from.shared->rules()).names.empty())
      throw xqs::error(xqs::errc::incompatible,
                       "the ledger was saved with groups, which a tally has not; push it into a "
                       "query");
}

}  // namespace

extern "C" {

xqs_status xqs_ledger_create(const xqs_definition* definition, const char* unit_kind, size_t size,
                             xqs_ledger** out, xqs_error* error) {
  return guarded(error, [&] {
    give(out, {4, "out"}, [&]() -> xqs_ledger {
      const shared& d = required(definition, {1, "definition"}).shared;
      return {d, xqs::ledger(d->rules(), std::string(kind_in(unit_kind, size)))};
    });
  });
}

void xqs_ledger_destroy(xqs_ledger* ledger) { delete ledger; }

xqs_status xqs_ledger_add(xqs_ledger* ledger, const xqs_text* units, const xqs_answers* answers,
                          xqs_error* error) {
  return guarded(error, [&] {
    xqs_ledger& to = required(ledger, {1, "ledger"});
    const answer_rows rows(*to.shared, answers, {3, "answers"});
    if (rows.has_unit_kind())
      throw argument{3, "answers"}.wrong("has a unit kind; a ledger has its own");
    if (rows.unit_count() > 0) (void)required(units, {2, "units"});
    to.content.merge(read(to, units, rows));
  });
}

xqs_status xqs_ledger_merge(xqs_ledger* ledger, const xqs_ledger* other, xqs_error* error) {
  return guarded(error, [&] {
    const auto [to, from] = two_ledgers(ledger, other);
    require_same_groups(*ledger, *other);
    to.merge(from);
  });
}

xqs_status xqs_ledger_subtract(xqs_ledger* ledger, const xqs_ledger* other, xqs_error* error) {
  return guarded(error, [&] {
    const auto [from, what] = two_ledgers(ledger, other);
    from.subtract(what);
  });
}

xqs_status xqs_ledger_erase(xqs_ledger* ledger, const char* unit, size_t size, int32_t* found,
                            xqs_error* error) {
  return guarded(error, [&] {
    xqs::ledger& from = required(ledger, {1, "ledger"}).content;
    const std::string_view name = text_in(unit, size, {2, "unit"});
    std::int32_t& was_there = required(found, {4, "found"});
    was_there = from.erase(name) ? 1 : 0;
  });
}

xqs_status xqs_ledger_fold(const xqs_ledger* ledger, uint32_t columns, void* tally, size_t size,
                           xqs_error* error) {
  return guarded(error, [&] {
    const xqs_ledger& from = required(ledger, {1, "ledger"});
    const image_layout& layout = from.shared->layout(columns, {2, "columns"});
    unsigned char* const memory = &required(static_cast<unsigned char*>(tally), {3, "tally"});
    if (size != layout.size)
      throw argument{4, "size"}.wrong("is " + std::to_string(size) + ", not the tally's " +
                                      std::to_string(layout.size));
    require_items(from);
    const xqs::definition& d = from.shared->rules();
    write_tally(
        {memory, size}, layout,
        columns == XQS_POOLED ? fold_pooled(from.content, d) : fold_profile(from.content, d));
  });
}

xqs_status xqs_ledger_encode(const xqs_ledger* ledger, void* buffer, size_t capacity,
                             size_t* encoded_size, xqs_error* error) {
  return guarded(error, [&] {
    const output to{buffer, {2, "buffer"}, capacity, encoded_size, {4, "encoded_size"}};
    to.write_bytes(xqs::encode(required(ledger, {1, "ledger"}).content));
  });
}

xqs_status xqs_ledger_decode(const xqs_definition* definition, const void* encoded,
                             size_t encoded_size, xqs_ledger** out, xqs_error* error) {
  return guarded(error, [&] {
    give(out, {4, "out"}, [&]() -> xqs_ledger {
      const shared& d = required(definition, {1, "definition"}).shared;
      return {d, xqs::decode_ledger(bytes_in(encoded, encoded_size, {2, "encoded"}), d->rules())};
    });
  });
}

}  // extern "C"
