#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/detail/byte_reader.hpp"
#include "xqs/detail/byte_writer.hpp"
#include "xqs/detail/crc32.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/model/fingerprint.hpp"
#include "xqs/tally/totals.hpp"

/// What the bytes of all states have in common: docs/tally-format.md, sections 2, 3 and 7.
namespace xqs::detail {

/// Numbers are never used for anything else.
enum class state_family : std::uint16_t { tally = 1, ledger = 2, watch_state = 3 };

namespace state_format {

inline constexpr std::string_view magic = "XQST";
inline constexpr std::uint16_t version = 0;
inline constexpr std::uint32_t weighted = 1;  // the only flag
inline constexpr std::size_t smallest = 64;   // bytes
inline constexpr std::size_t version_at = 4;
inline constexpr std::size_t family_at = 6;
inline constexpr std::size_t columns_at = 8;
inline constexpr std::size_t flags_at = 12;
inline constexpr std::size_t length_at = 16;
inline constexpr std::size_t definition_at = 24;
inline constexpr std::size_t labels_at = 40;

}  // namespace state_format

using label_list = std::span<const std::string_view>;

inline std::vector<std::string_view> views(const std::vector<std::string>& labels) {
  return {labels.begin(), labels.end()};
}

/// First 16 bytes of a SHA-256. Errors: errc::invalid_argument for labels that are not UTF-8.
inline fingerprint labels_hash(label_list labels, label_list groups = {}) {
  byte_writer hashed;
  for (const label_list list : {labels, groups}) {
    hashed.integer(static_cast<std::uint32_t>(list.size()));
    for (const std::string_view label : list) hashed.text(label);
  }
  const std::vector<std::uint8_t>& bytes = hashed.bytes();
  return fingerprint::of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// The frame up to the unit kind; `seal` fills in the rest.
///
/// Errors: errc::invalid_argument for a state without a definition, or a unit kind not in UTF-8.
inline byte_writer begin_state(state_family family, const state_identity& identity,
                               std::size_t columns, const fingerprint& labels) {
  if (identity.definition == fingerprint())
    throw error(errc::invalid_argument, "a state that has no definition yet cannot be stored");
  byte_writer out;
  out.raw(state_format::magic);
  out.integer(state_format::version);
  out.integer(static_cast<std::uint16_t>(family));
  out.integer(static_cast<std::uint32_t>(columns));
  out.integer(identity.weighted ? state_format::weighted : std::uint32_t{0});
  out.integer(std::uint64_t{0});  // the length, not known yet
  for (const fingerprint& f : {identity.definition, labels})
    for (const std::uint8_t byte : f.bytes) out.integer(byte);
  out.text(identity.unit_kind);
  return out;
}

/// Writes length and checksum.
inline std::vector<std::uint8_t> seal(byte_writer out) {
  out.replace(state_format::length_at, out.bytes().size() + sizeof(std::uint32_t));
  out.integer(crc32(out.bytes()));
  return out.take();
}

inline fingerprint read_fingerprint(byte_reader& in) {
  fingerprint f;
  for (std::uint8_t& byte : f.bytes) byte = in.integer<std::uint8_t>();
  return f;
}

/// The frame of a state that is to be read, its unit kind next.
struct opened_state {
  byte_reader in;
  std::uint32_t columns;
  fingerprint labels;
};

inline void require_checksum(std::span<const std::uint8_t> bytes) {
  const std::size_t at = bytes.size() - sizeof(std::uint32_t);
  const auto found = byte_reader(bytes.subspan(at)).integer<std::uint32_t>();
  const std::uint32_t computed = crc32(bytes.first(at));
  if (found != computed)
    refuse_bytes(at, "checksum " + std::to_string(found) + " instead of " +
                         std::to_string(computed) + ": the state is damaged");
}

inline void require_family(std::uint16_t found, state_family asked) {
  constexpr const char* names[] = {"tally", "ledger", "watch state"};
  const auto expected = static_cast<std::uint16_t>(asked);
  if (found == expected) return;
  const bool known = found >= 1 && found <= std::size(names);
  refuse_bytes(state_format::family_at,
               "family " + std::to_string(found) + (known ? ", a " : ", unknown") +
                   (known ? names[found - 1] : "") + "; allowed here is " +
                   std::to_string(expected) + ", a " + names[expected - 1]);
}

inline void require_weights(std::uint32_t flags, state_family family, const definition& d) {
  const bool weighted = flags == state_format::weighted;
  if (weighted != d.weighted())
    refuse_bytes(state_format::flags_at, std::string(weighted ? "weighted" : "not weighted") +
                                             ", unlike definition " + d.label());
  if (weighted && family == state_family::watch_state)
    refuse_bytes(state_format::flags_at, "weighted, which a watch state cannot be");
}

/// Checks everything before columns and labels, in the order of docs/tally-format.md, section 7.
///
/// Errors: errc::invalid_bytes; errc::incompatible for a state of another definition.
inline opened_state open_state(std::span<const std::uint8_t> bytes, state_family family,
                               const definition& d) {
  using namespace state_format;
  if (bytes.size() < smallest)
    refuse_bytes(0, std::to_string(bytes.size()) + " bytes; a state has at least 64");
  byte_reader in(bytes.first(bytes.size() - sizeof(std::uint32_t)));
  if (in.raw(magic.size()) != magic) refuse_bytes(0, "not a state: it does not begin with XQST");
  if (const auto found = in.integer<std::uint16_t>(); found != version)
    refuse_bytes(version_at, "format version " + std::to_string(found) + "; this release reads 0");
  require_family(in.integer<std::uint16_t>(), family);
  const auto columns = in.integer<std::uint32_t>();
  const auto flags = in.integer<std::uint32_t>();
  if ((flags & ~weighted) != 0)
    refuse_bytes(flags_at, "flags " + std::to_string(flags) + "; allowed are 0 and 1");
  if (const auto length = in.integer<std::uint64_t>(); length != bytes.size())
    refuse_bytes(length_at, "length " + std::to_string(length) + ", but there are " +
                                std::to_string(bytes.size()) + " bytes");
  require_checksum(bytes);
  if (const fingerprint found = read_fingerprint(in); found != d.tally_fingerprint())
    refuse_bytes(definition_at,
                 "state of another definition (tally fingerprint " + found.hex() + ", but " +
                     d.label() + " has " + d.tally_fingerprint().hex() + ")",
                 errc::incompatible);
  require_weights(flags, family, d);
  const fingerprint labels = read_fingerprint(in);
  return {in, columns, labels};
}

/// Errors: `code` if the labels' hash is not that of the labels.
inline void require_labels(const opened_state& state, label_list labels, label_list groups,
                           errc code) {
  const fingerprint expected = labels_hash(labels, groups);
  if (state.labels != expected)
    refuse_bytes(state_format::labels_at,
                 "columns' labels of hash " + state.labels.hex() + " instead of " + expected.hex(),
                 code);
}

}  // namespace xqs::detail
