#include "tally_image.hpp"

#include <algorithm>
#include <utility>

#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::c {
namespace {

using length = stored<std::uint32_t>;

std::size_t label_bytes(const std::vector<std::string>& labels) {
  std::size_t bytes = 0;
  for (const std::string& label : labels) bytes += sizeof(length) + label.size();
  return bytes;
}

/// Labels as they stand in an image: each behind its length.
std::vector<std::string> read_labels(std::span<const unsigned char> from, std::size_t count) {
  std::vector<std::string> labels;
  while (labels.size() < count) {
    if (from.size() < sizeof(length)) refuse_memory();
    const std::size_t size = *reinterpret_cast<const length*>(from.data());
    from = from.subspan(sizeof(length));
    if (from.size() < size) refuse_memory();
    labels.emplace_back(reinterpret_cast<const char*>(from.data()), size);
    from = from.subspan(size);
  }
  return labels;
}

void write_labels(std::span<unsigned char> to, const std::vector<std::string>& labels) {
  for (const std::string& label : labels) {
    *reinterpret_cast<length*>(to.data()) = static_cast<std::uint32_t>(label.size());
    std::copy(label.begin(), label.end(), to.begin() + sizeof(length));
    to = to.subspan(sizeof(length) + label.size());
  }
}

void require_unit_kind(std::string_view kind) {
  if (kind.empty() || kind.size() > longest_unit_kind)
    throw error(errc::invalid_argument, "a tally in memory of the host has a unit kind of 1 to " +
                                            std::to_string(longest_unit_kind) + " bytes, not " +
                                            detail::in_quotes(kind));
}

}  // namespace

image_layout::image_layout(const xqs::definition& d, std::vector<std::string> column_labels)
    : definition(d.tally_fingerprint()),
      labels(std::move(column_labels)),
      weighted(d.weighted()),
      size(image_size(labels.size(), label_bytes(labels))) {}

void image_layout::require_room(const xqs::definition& d) const {
  if (labels.size() > most_columns)
    throw error(errc::invalid_argument, "a profile is for at most " + std::to_string(most_columns) +
                                            " items; definition " + d.label() + " has " +
                                            std::to_string(labels.size()));
}

void refuse_memory() {
  throw error(errc::invalid_argument,
              "the memory holds no tally, or one of another size; all bytes of an empty one are 0");
}

template <typename Byte>
void tally_image<Byte>::require_zeros() const {
  if (std::any_of(memory_.begin(), memory_.end(), [](unsigned char b) { return b != 0; }))
    refuse_memory();
}

template <typename Byte>
tally tally_image<Byte>::to_tally() const {
  if (head().mark == 0) return {};
  state_identity identity;
  identity.definition.bytes = head().definition;
  identity.unit_kind = unit_kind();
  identity.weighted = head().weighted != 0;
  const integers from = all();
  tally::integers to{};
  for (std::string& label : read_labels(labels(), from.columns.size()))
    to.columns.push_back({std::move(label)});
  to.sums.resize(from.sums.size());
  to.moments.resize(from.moments.size());
  detail::visit_integers(to, from, [](auto& mine, const auto& theirs) { mine = theirs; });
  return {std::move(identity), std::move(to)};
}

template class tally_image<const unsigned char>;
template class tally_image<unsigned char>;

void begin_tally(std::span<unsigned char> memory, const image_layout& layout,
                 std::string_view unit_kind) {
  require_unit_kind(unit_kind);
  std::fill(memory.begin(), memory.end(), static_cast<unsigned char>(0));
  auto& head = *reinterpret_cast<image_head*>(memory.data());
  head.mark = image_mark;
  head.columns = static_cast<std::uint32_t>(layout.labels.size());
  head.label_bytes = static_cast<std::uint32_t>(label_bytes(layout.labels));
  head.weighted = layout.weighted ? 1 : 0;
  head.definition = layout.definition.bytes;
  head.unit_kind[0] = static_cast<char>(unit_kind.size());
  std::copy(unit_kind.begin(), unit_kind.end(), head.unit_kind.begin() + 1);
  write_labels(memory.last(head.label_bytes), layout.labels);
}

void write_tally(std::span<unsigned char> memory, const image_layout& layout, const tally& from) {
  const auto same = [](const tally::column_counts& c, const std::string& label) {
    return c.label == label;
  };
  if (!from.groups().empty() || !std::ranges::equal(from.columns(), layout.labels, same))
    throw error(errc::incompatible, "the tally has other columns than those asked for");
  if (from.identity().definition != layout.definition ||
      from.identity().weighted != layout.weighted)
    throw error(errc::incompatible, "the tally is of another definition (tally fingerprint " +
                                        from.identity().definition.hex() + ")");
  begin_tally(memory, layout, from.identity().unit_kind);
  tally_memory::integers to = tally_memory(memory.data(), memory.size()).all();
  detail::visit_integers(to, from.all(), [](auto& mine, const auto& theirs) { mine = theirs; });
}

}  // namespace xqs::c
