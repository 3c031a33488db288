#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/detail/order.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/state_frame.hpp"

namespace xqs {

namespace detail {

/// Whether totals can be those of answers: points come with an answer only.
inline bool possible(const unit_totals& t) {
  return t.requirement >= 0 && t.satisfaction >= 0 &&
         (t.answers > 0 || (t.requirement == 0 && t.satisfaction == 0));
}

/// The columns of a ledger that have an entry, in the order of their labels.
struct stored_columns {
  std::vector<std::string_view> labels;
  std::vector<std::uint32_t> position;  ///< among them, by number of the column

  explicit stored_columns(const ledger& l) : position(l.column_count()) {
    std::vector<std::uint8_t> used(l.column_count());
    l.entries().for_each([&](const unit_entries::entry& e) { used[e.column] = 1; });
    for (const std::uint32_t c : order(position.size(), [&](std::uint32_t a, std::uint32_t b) {
           return l.column(a) < l.column(b);
         })) {
      if (used[c] == 0) continue;
      position[c] = static_cast<std::uint32_t>(labels.size());
      labels.push_back(l.column(c));
    }
  }
};

/// A ledger on its way to bytes, unit by unit.
struct ledger_writer {
  struct named_unit {
    std::string_view name;
    std::uint32_t number;
  };

  const ledger& from;
  const stored_columns& columns;
  byte_writer& out;
  std::vector<unit_entries::entry> entries;  ///< of one unit

  /// The units that have an entry, in the order of their names.
  [[nodiscard]] std::vector<named_unit> units() const {
    std::vector<named_unit> all;
    from.entries().for_each([&](const unit_entries::entry& e) {
      if (all.empty() || all.back().number != e.unit) all.push_back({from.unit(e.unit), e.unit});
    });
    std::vector<named_unit> ascending;
    ascending.reserve(all.size());
    for (const std::uint32_t at : order(all.size(), [&](std::uint32_t a, std::uint32_t b) {
           return all[a].name < all[b].name;
         }))
      ascending.push_back(all[at]);
    return ascending;
  }

  void write(const named_unit& unit) {
    entries.clear();
    from.entries().for_each_of(unit.number,
                               [&](const unit_entries::entry& e) { entries.push_back(e); });
    const auto position = [&](std::uint32_t at) { return columns.position[entries[at].column]; };
    out.text(unit.name);
    out.integer(static_cast<std::uint32_t>(entries.size()));
    for (const std::uint32_t at : order(entries.size(), [&](std::uint32_t a, std::uint32_t b) {
           return position(a) < position(b);
         })) {
      const unit_entries::entry& e = entries[at];
      if (!possible(e.totals))
        throw error(errc::invalid_argument, "the totals of unit " + in_quotes(unit.name) +
                                                " in column " + in_quotes(from.column(e.column)) +
                                                " are not those of answers");
      out.integer(position(at));
      write(e.totals);
    }
  }

  void write(const unit_totals& t) {
    out.integer(static_cast<std::uint64_t>(t.requirement));
    out.integer(static_cast<std::uint64_t>(t.satisfaction));
    out.integer(t.answers);
    for (const std::uint32_t count : t.excluded) out.integer(count);
  }
};

/// Reads a text that must come after `before`, if there is one.
inline std::string_view next_text(byte_reader& in, const std::string_view* before) {
  const std::size_t at = in.at();
  const std::string_view text = in.text();
  if (before != nullptr && text <= *before)
    refuse_bytes(at, in_quotes(text) + " after " + in_quotes(*before) +
                         "; names must ascend by their bytes");
  return text;
}

inline unit_totals read_totals(byte_reader& in) {
  const std::size_t at = in.at();
  unit_totals t;
  t.requirement = in.total();
  t.satisfaction = in.total();
  t.answers = in.integer<std::uint32_t>();
  for (std::uint32_t& count : t.excluded) count = in.integer<std::uint32_t>();
  if (t == unit_totals()) refuse_bytes(at - sizeof(std::uint32_t), "an entry that is all 0");
  if (!possible(t)) refuse_bytes(at, "points without an answer; allowed is 0");
  return t;
}

/// A ledger on its way from bytes.
struct ledger_reader {
  byte_reader& in;
  std::vector<std::string_view> labels;
  std::vector<std::uint8_t> used;
  ledger result;

  void read_labels(std::uint32_t columns) {
    for (std::uint32_t c = 0; c < columns; ++c)
      labels.push_back(next_text(in, c == 0 ? nullptr : &labels.back()));
    used.resize(labels.size());
  }

  void read_units() {
    std::string_view before;
    const auto units = in.integer<std::uint64_t>();
    for (std::uint64_t u = 0; u < units; ++u) {
      before = next_text(in, u == 0 ? nullptr : &before);
      read_entries(before);
    }
  }

  void read_entries(std::string_view unit) {
    const std::size_t at = in.at();
    const auto entries = in.integer<std::uint32_t>();
    if (entries == 0) refuse_bytes(at, "a unit without entries");
    std::uint32_t least = 0;
    for (std::uint32_t i = 0; i < entries; ++i) {
      const std::uint32_t column = read_column(least);
      least = column + 1;
      result.add(unit, labels[column], read_totals(in));
    }
  }

  std::uint32_t read_column(std::uint32_t least) {
    const std::size_t at = in.at();
    const auto column = in.integer<std::uint32_t>();
    if (column < least || column >= labels.size())
      refuse_bytes(at, "column " + std::to_string(column) + "; allowed are ascending ones below " +
                           std::to_string(labels.size()));
    used[column] = 1;
    return column;
  }

  void require_all_used() const {
    for (std::size_t c = 0; c < used.size(); ++c)
      if (used[c] == 0)
        refuse_bytes(state_format::columns_at, "column " + in_quotes(labels[c]) + " has no entry");
  }
};

}  // namespace detail

/// The canonical bytes of a ledger (docs/tally-format.md): equal ledgers that are not empty have
/// equal bytes, on every platform. Personal data. O(entries log entries of a unit + units log
/// units).
///
/// Errors: errc::invalid_argument for a ledger that no bytes stand for: without a definition, with
/// names that are not UTF-8, or of totals that no answers give.
[[nodiscard]] inline std::vector<std::uint8_t> encode(const ledger& l) {
  const detail::stored_columns columns(l);
  detail::byte_writer out =
      detail::begin_state(detail::state_family::ledger, l.identity(), columns.labels.size(),
                          detail::labels_hash(columns.labels));
  for (const std::string_view label : columns.labels) out.text(label);
  detail::ledger_writer writer{l, columns, out, {}};
  const std::vector<detail::ledger_writer::named_unit> units = writer.units();
  out.integer(std::uint64_t{units.size()});
  for (const detail::ledger_writer::named_unit& unit : units) writer.write(unit);
  return detail::seal(std::move(out));
}

/// The ledger that `encode` made these bytes of. O(size).
///
/// Errors: errc::invalid_bytes, the message naming offset, what is there and what is allowed;
/// errc::incompatible for a ledger of another definition.
[[nodiscard]] inline ledger decode_ledger(std::span<const std::uint8_t> bytes,
                                          const definition& d) {
  detail::opened_state state = detail::open_state(bytes, detail::state_family::ledger, d);
  detail::ledger_reader reader{state.in, {}, {}, ledger(d, std::string(state.in.text()))};
  reader.read_labels(state.columns);
  detail::require_labels(state, reader.labels, {}, errc::invalid_bytes);
  reader.read_units();
  reader.require_all_used();
  state.in.require_end();
  return std::move(reader.result);
}

}  // namespace xqs
