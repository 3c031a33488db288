#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/analysis/watch_encoding.hpp"
#include "xqs/tally/ledger_encoding.hpp"
#include "xqs/tally/tally_encoding.hpp"

// Any bytes are refused with xqs::error, or are a state that is written again as the same bytes.
// So that what is found does not end at the hashes and the checksum, each input is tried twice: as
// it is, and with all of them put right.

using namespace xqs;

namespace {

using bytes = std::vector<std::uint8_t>;

definition rules(int weight_places) {
  definition_file file{.name = "fuzz", .version = "1", .items = {{.id = "a"}, {.id = "b"}}};
  file.weight_places = weight_places;
  return definition(file);
}

/// What a reader has to know beforehand; guessed from the bytes, so that it fits more often.
struct expectation {
  const definition& d;
  std::vector<std::string> labels;
  std::vector<std::string> groups;
};

expectation expected_of(const bytes& state) {
  static const definition plain = rules(0);
  static const definition weighted = rules(2);
  const bool of_weights = state.size() > 12 && (state[12] & 1u) != 0;
  expectation e{of_weights ? weighted : plain, {}, {}};
  const std::size_t columns = state.size() > 8 ? state[8] % 8u : 0;
  const bool joint = columns % 2 == 0 && state.size() > 60 && state[60] == 'j';
  if (joint) e.groups = {"x", "y"};
  for (std::size_t c = 0; c < (joint ? columns / 2 : columns); ++c)
    e.labels.push_back(std::to_string(c));
  return e;
}

std::vector<std::string_view> labels_in(const bytes& state) {
  detail::byte_reader in(state);
  std::vector<std::string_view> labels;
  try {
    in.raw(8);
    const auto columns = in.integer<std::uint32_t>();
    in.raw(44);
    in.text();
    while (labels.size() < columns) labels.push_back(in.text());
  } catch (const error&) {
  }
  return labels;
}

void overwrite(bytes& state, std::size_t at, const fingerprint& f) {
  std::copy(f.bytes.begin(), f.bytes.end(), state.begin() + static_cast<std::ptrdiff_t>(at));
}

bytes put_right(bytes state, const expectation& e) {
  constexpr std::uint8_t frame[] = {'X', 'Q', 'S', 'T', 0, 0};
  std::copy(std::begin(frame), std::end(frame), state.begin());
  overwrite(state, 24, e.d.tally_fingerprint());
  const std::vector<std::string_view> labels =
      state[6] == 2 ? labels_in(state) : detail::views(e.labels);
  overwrite(state, 40,
            state[6] == 3 ? detail::labels_hash({})
                          : detail::labels_hash(labels, detail::views(e.groups)));
  const std::uint64_t length = state.size();
  for (std::size_t i = 0; i < 8; ++i) state[16 + i] = static_cast<std::uint8_t>(length >> (8 * i));
  const std::size_t end = state.size() - 4;
  const std::uint32_t checksum = detail::crc32(std::span(state).first(end));
  for (std::size_t i = 0; i < 4; ++i)
    state[end + i] = static_cast<std::uint8_t>(checksum >> (8 * i));
  return state;
}

template <typename Decode>
void try_one(const bytes& state, Decode decode) {
  try {
    const auto read = decode();
    if (encode(read) != state) std::abort();
    if (!(read == decode())) std::abort();
  } catch (const error& problem) {
    if (problem.code() != errc::invalid_bytes && problem.code() != errc::incompatible) std::abort();
  }
}

void try_all(const bytes& state, const expectation& e) {
  try_one(state, [&] { return decode_tally(state, e.d, e.labels, e.groups); });
  try_one(state, [&] { return decode_tally(state, e.d); });
  try_one(state, [&] { return decode_ledger(state, e.d); });
  try_one(state, [&] { return decode_watch_state(state, e.d); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bytes state(data, data + size);
  const expectation e = expected_of(state);
  try_all(state, e);
  if (state.size() >= 64) try_all(put_right(state, e), e);
  return 0;
}
