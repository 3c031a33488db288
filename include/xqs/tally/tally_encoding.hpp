#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/state_frame.hpp"
#include "xqs/tally/tally.hpp"
#include "xqs/tally/tally_rules.hpp"

namespace xqs {

namespace detail {

inline constexpr std::size_t most_stored_columns = 65'535;

inline void put(byte_writer& out, std::uint64_t value) { out.integer(value); }
template <int Bits>
void put(byte_writer& out, const wide_int<Bits>& value) {
  out.limbs(value.limbs());
}
inline void get(byte_reader& in, std::uint64_t& value) { value = in.integer<std::uint64_t>(); }
template <int Bits>
void get(byte_reader& in, wide_int<Bits>& value) {
  value = wide_int<Bits>::from_limbs(in.limbs<wide_int<Bits>::limb_count>());
}

/// The labels of one group, if the tally is joint, and of all columns, if not.
inline std::vector<std::string_view> labels_of(const tally& t) {
  std::vector<std::string_view> labels;
  for (const tally::column_counts& c : t.columns()) labels.push_back(c.label);
  if (!t.groups().empty()) labels.resize(labels.size() / t.groups().size());
  return labels;
}

inline std::vector<std::string_view> group_labels_of(const tally& t) {
  std::vector<std::string_view> labels;
  for (const tally::group_counts& g : t.groups()) labels.push_back(g.label);
  return labels;
}

inline void require_columns(const opened_state& state, std::size_t expected) {
  if (state.columns != expected || expected > most_stored_columns)
    refuse_bytes(state_format::columns_at,
                 std::to_string(state.columns) + " columns, but " + std::to_string(expected) +
                     " are asked for, of at most 65535",
                 errc::incompatible);
}

/// The whole body must be there before a tally of its size is made.
inline void require_body(byte_reader& in, const tally_layout& layout, std::size_t groups) {
  const std::size_t at = in.at();
  const std::size_t size = sizeof(std::uint32_t) + layout.size();
  if (in.left() != size)
    refuse_bytes(at, "a body of " + std::to_string(in.left()) + " bytes; such a tally has " +
                         std::to_string(size));
  if (const auto found = in.integer<std::uint32_t>(); found != groups)
    refuse_bytes(
        at, std::to_string(found) + " groups, but " + std::to_string(groups) + " are asked for");
}

}  // namespace detail

/// The canonical bytes of a tally (docs/tally-format.md): equal tallies that are not empty have
/// equal bytes, on every platform. Confidential. O(C^2).
///
/// Errors: errc::invalid_argument for a tally that no bytes stand for: without a definition, with
/// labels that are not UTF-8, with more than 65,535 columns, or of totals that no answers give.
[[nodiscard]] inline std::vector<std::uint8_t> encode(const tally& t) {
  if (t.columns().size() > detail::most_stored_columns)
    throw error(errc::invalid_argument, "a tally of " + std::to_string(t.columns().size()) +
                                            " columns cannot be stored; allowed are 65535");
  if (const auto broken = detail::tally_rules::first_broken(t))
    throw error(errc::invalid_argument, "a tally that answers cannot give: " + broken->what);
  detail::byte_writer out =
      detail::begin_state(detail::state_family::tally, t.identity(), t.columns().size(),
                          detail::labels_hash(detail::labels_of(t), detail::group_labels_of(t)));
  out.integer(static_cast<std::uint32_t>(t.groups().size()));
  detail::visit_integers(t.all(), t.all(),
                         [&](const auto& value, const auto&) { detail::put(out, value); });
  return detail::seal(std::move(out));
}

/// The tally that `encode` made these bytes of; its columns have `labels`, and `groups`, if any,
/// those of a joint one. O(C^2).
///
/// Errors: errc::invalid_bytes, the message naming offset, what is there and what is allowed;
/// errc::incompatible for a tally of another definition or of other columns.
[[nodiscard]] inline tally decode_tally(std::span<const std::uint8_t> bytes, const definition& d,
                                        const std::vector<std::string>& labels,
                                        const std::vector<std::string>& groups = {}) {
  detail::opened_state state = detail::open_state(bytes, detail::state_family::tally, d);
  const std::size_t columns = labels.size() * (std::max)(groups.size(), std::size_t{1});
  detail::require_columns(state, columns);
  detail::require_labels(state, detail::views(labels), detail::views(groups), errc::incompatible);
  state_identity identity(d, std::string(state.in.text()));
  detail::require_body(state.in, {columns, groups.size()}, groups.size());
  const std::size_t begin = state.in.at();
  tally::integers all =
      groups.empty() ? tally(identity, labels).all() : tally(identity, labels, groups).all();
  detail::visit_integers(all, all, [&](auto& value, auto&) { detail::get(state.in, value); });
  tally t(std::move(identity), std::move(all));
  if (const auto broken = detail::tally_rules::first_broken(t))
    detail::refuse_bytes(begin + broken->offset, broken->what);
  return t;
}

/// The pooled tally or the profile of a definition, whichever these are the bytes of.
///
/// Errors: as above; errc::incompatible where it is neither.
[[nodiscard]] inline tally decode_tally(std::span<const std::uint8_t> bytes, const definition& d) {
  const std::vector<std::string> pooled = {""};
  const fingerprint hash = detail::labels_hash(detail::views(pooled));
  const bool is_pooled = bytes.size() >= detail::state_format::smallest &&
                         std::equal(hash.bytes.begin(), hash.bytes.end(),
                                    bytes.begin() + detail::state_format::labels_at);
  return decode_tally(bytes, d, is_pooled ? pooled : profile_labels(d));
}

}  // namespace xqs
