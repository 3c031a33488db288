#include "arrow/read_text.hpp"

#include <atomic>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "xqs/error.hpp"

namespace xqs::arrow {
namespace {

/// Views of text in several buffers.
class view_reader {
 public:
  explicit view_reader(const array_rows& from) : from_(from), buffers_(from.array().n_buffers - 3) {
    if (from.size() == 0) return;
    bytes_ = static_cast<const char*>(from.required(1));
    if (buffers_ > 0) sizes_ = {from.required(buffers_ + 2), 0};
  }

  [[nodiscard]] std::string_view operator()(std::size_t row) const {
    const char* view = bytes_ + size * (from_.first() + row);
    const std::int64_t length = number_at(view);
    if (length < 0) throw from_.problem(row, "", "has a view with a length below 0");
    const auto bytes = static_cast<std::size_t>(length);
    if (bytes <= most_inside) return {view + 4, bytes};
    const char* start = find(row, length, number_at(view + 8), number_at(view + 12));
    if (std::memcmp(view + 4, start, 4) != 0)
      throw from_.problem(row, "", "has a view that begins otherwise than its text");
    return {start, bytes};
  }

 private:
  static constexpr std::size_t size = 16;
  static constexpr std::size_t most_inside = 12;

  static std::int64_t number_at(const char* place) {
    return packed_values<std::int32_t>(place, 0)[0];
  }
  [[nodiscard]] const char* find(std::size_t row, std::int64_t length, std::int64_t buffer,
                                 std::int64_t offset) const {
    if (buffer < 0 || buffer >= buffers_)
      throw from_.problem(
          row, "",
          "has a view into buffer " + std::to_string(buffer) + " of " + std::to_string(buffers_));
    const std::int64_t there = sizes_[static_cast<std::size_t>(buffer)];
    if (offset < 0 || offset > there || length > there - offset)
      throw from_.problem(row, "",
                          "has a view of bytes " + std::to_string(offset) + " to " +
                              std::to_string(offset + length) + " of a buffer of " +
                              std::to_string(there));
    const void* const bytes = from_.array().buffers[buffer + 2];
    return static_cast<const char*>(bytes != nullptr ? bytes : from_.required(buffer + 2)) + offset;
  }

  const array_rows& from_;
  std::int64_t buffers_;
  const char* bytes_ = nullptr;
  packed_values<std::int64_t> sizes_ = {};
};

/// Whether the offsets of some rows are not below 0, and do not fall: then neither they nor what is
/// between two of them has the sign bit.
template <typename Offset>
bool do_not_fall(const packed_values<Offset>& offsets, std::size_t first, std::size_t last) {
  using bits = std::make_unsigned_t<Offset>;
  bits all = 0;
  for (std::size_t row = first; row < last; ++row) {
    const auto begin = static_cast<bits>(offsets[row]);
    const auto end = static_cast<bits>(offsets[row + 1]);
    all |= begin | end | (end - begin);
  }
  return static_cast<Offset>(all) >= 0;
}

template <typename Offset>
void check_order(const array_rows& from, const packed_values<Offset>& offsets) {
  for (std::size_t row = 0; row < from.size(); ++row)
    if (offsets[row + 1] < offsets[row])
      throw from.problem(row, "",
                         "has an offset of " + std::to_string(offsets[row + 1]) +
                             " behind one of " + std::to_string(offsets[row]) +
                             "; they never fall");
}

/// Null slots have offsets too, which are in order like all others. The last one of the array is
/// the size of its bytes.
template <typename Offset>
void check_offsets(const array_rows& from, const packed_values<Offset>& offsets) {
  if (offsets[0] < 0) throw from.problem("has an offset of " + std::to_string(offsets[0]));
  const auto are_in_order = [&](std::size_t first, std::size_t last) {
    return do_not_fall(offsets, first, last);
  };
  if (!from.all(are_in_order)) check_order(from, offsets);
  if (from.behind() > 0 && offsets[from.size() + from.behind()] < offsets[from.size()])
    throw from.problem("has an offset of " + std::to_string(offsets[from.size()]) +
                       ", which is behind its last");
}

}  // namespace

template <typename Offset>
text_values read_text(const array_rows& from, column_storage& storage) {
  storage.integers.assign(1, 0);
  if (from.size() == 0) return {storage.integers.data(), nullptr};
  const auto offsets = from.values<Offset>(1);
  check_offsets(from, offsets);
  const bool has_bytes = offsets[0] != offsets[from.size()];
  text_values values{.offsets = nullptr, .bytes = nullptr, .unchecked = true};
  values.bytes = static_cast<const char*>(has_bytes ? from.required(2) : from.array().buffers[2]);
  if (offsets.is_aligned()) {
    if constexpr (std::is_same_v<Offset, std::int64_t>)
      values.offsets = offsets.data();
    else
      values.narrow_offsets = offsets.data();
    return values;
  }
  storage.integers.resize(from.size() + 1);
  for (std::size_t at = 0; at < storage.integers.size(); ++at) storage.integers[at] = offsets[at];
  values.offsets = storage.integers.data();
  return values;
}

template text_values read_text<std::int32_t>(const array_rows&, column_storage&);
template text_values read_text<std::int64_t>(const array_rows&, column_storage&);

/// The bytes stay where they are. Parts of the rows are read in any order; what is wrong is then
/// looked for in theirs.
text_values read_text_views(const array_rows& from, column_storage& storage) {
  const view_reader view(from);
  std::vector<std::string_view>& pieces = storage.pieces;
  pieces.assign(from.size(), {});
  std::atomic<std::size_t> size = 0;
  const auto read = [&](std::size_t first, std::size_t last) {
    std::size_t of_part = 0;
    for (std::size_t row = first; row < last; ++row) {
      if (from.is_null(row)) continue;
      pieces[row] = view(row);
      of_part += pieces[row].size();
    }
    size += of_part;
  };
  const auto is_right = [&](std::size_t first, std::size_t last) {
    try {
      read(first, last);
      return true;
    } catch (const error&) {
      return false;
    }
  };
  if (!from.all(is_right))
    for (std::size_t row = 0; row < from.size(); ++row)
      if (!from.is_null(row)) (void)view(row);
  if (size > most_shared) (void)shared_size(from, view);
  return {.offsets = nullptr, .bytes = nullptr, .pieces = pieces.data(), .unchecked = true};
}

}  // namespace xqs::arrow
