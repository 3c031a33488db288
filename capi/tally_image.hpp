#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "xqs/model/definition.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs::c {

/// A number as its bytes, so that it may stand anywhere in the memory of a host.
template <typename T>
class stored {
 public:
  operator T() const noexcept {
    T value;
    std::memcpy(&value, bytes_, sizeof value);
    return value;
  }
  stored& operator=(const T& value) noexcept {
    std::memcpy(bytes_, &value, sizeof value);
    return *this;
  }
  stored& operator+=(const T& term) noexcept {
    T value = *this;
    value += term;
    return *this = value;
  }
  stored& operator-=(const T& term) noexcept {
    T value = *this;
    value -= term;
    return *this = value;
  }

 private:
  unsigned char bytes_[sizeof(T)];
};

/// Of what kind the tallies of a definition and a set of columns are: all that is fixed.
struct image_layout {
  xqs::fingerprint definition;
  std::vector<std::string> labels;
  bool weighted = false;
  std::size_t size = 0;  ///< of an image, in bytes

  image_layout(const xqs::definition& d, std::vector<std::string> column_labels);

  /// Errors: errc::invalid_argument for more columns than an image may have.
  void require_room(const xqs::definition& d) const;
};

/// What an image begins with. All 0: empty.
struct image_head {
  stored<std::uint32_t> mark;
  stored<std::uint32_t> columns;
  stored<std::uint32_t> label_bytes;
  stored<std::uint32_t> weighted;
  std::array<std::uint8_t, 16> definition;
  std::array<char, 64> unit_kind;  ///< its length, then its bytes
  // What differs from one image of a kind to the next.
  stored<std::uint64_t> units;
  struct {
    stored<std::uint64_t> units;
    stored<int128> sum;
    stored<int192> sum_of_squares;
  } quotients;
};
struct image_column {
  stored<std::uint64_t> units;
  stored<std::uint64_t> answers;
  std::array<stored<std::uint64_t>, exclusion_count> excluded;
};
struct image_group {  ///< tallies of a host have none
  std::uint64_t units;
};

static_assert(alignof(image_head) == 1 && alignof(image_column) == 1);

inline constexpr std::size_t longest_unit_kind = sizeof(image_head::unit_kind) - 1;

inline constexpr std::uint32_t image_mark = 0x7851'5301;  ///< changes with the layout of images
inline constexpr std::size_t most_columns = 2'000;        ///< a profile has 2 n^2 moments

constexpr std::size_t moment_count(std::size_t columns) { return columns * (2 * columns + 1); }

constexpr std::size_t image_size(std::size_t columns, std::size_t label_bytes) {
  return sizeof(image_head) + columns * sizeof(image_column) +
         (2 * columns + moment_count(columns)) * sizeof(int128) + label_bytes;
}

[[noreturn]] void refuse_memory();

/// The image of a tally in the memory of a host: a head, columns, sums, moments, labels. `Byte` is
/// `unsigned char`, or constant. The host may have written anything there: what can be wrong is
/// checked, or harms nothing.
template <typename Byte>
class tally_image {
  template <typename T>
  using like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

 public:
  using integers =
      detail::tally_integers<like<stored<std::uint64_t>>&, std::span<like<image_column>>,
                             std::span<image_group>, std::span<like<stored<int128>>>,
                             like<decltype(image_head::quotients)>&>;

  /// Errors: errc::invalid_argument for memory that holds no tally.
  tally_image(Byte* memory, std::size_t size) : memory_(memory, size) {
    if (size < sizeof(image_head)) refuse_memory();
    if (head().mark == 0)
      require_zeros();
    else if (head().mark != image_mark || column_count() == 0 || column_count() > most_columns ||
             image_size(column_count(), head().label_bytes) != size ||
             unit_kind().size() > longest_unit_kind)
      refuse_memory();
  }

  /// Whether nothing has ever been added, or all is taken back.
  [[nodiscard]] bool empty() const { return head().mark == 0 || all().empty(); }
  [[nodiscard]] like<image_head>& head() const {
    return *reinterpret_cast<like<image_head>*>(memory_.data());
  }
  [[nodiscard]] integers all() const {
    const std::size_t columns = column_count();
    Byte* const first_column = memory_.data() + sizeof(image_head);
    Byte* const first_sum = first_column + columns * sizeof(image_column);
    Byte* const first_moment = first_sum + 2 * columns * sizeof(int128);
    return {head().units,
            {reinterpret_cast<like<image_column>*>(first_column), columns},
            {},
            {reinterpret_cast<like<stored<int128>>*>(first_sum), 2 * columns},
            {reinterpret_cast<like<stored<int128>>*>(first_moment), moment_count(columns)},
            head().quotients};
  }
  [[nodiscard]] std::span<Byte> memory() const { return memory_; }
  [[nodiscard]] std::string_view unit_kind() const {
    const auto& text = head().unit_kind;
    return {text.data() + 1, static_cast<unsigned char>(text[0])};
  }
  /// A tally of its own with the same content.
  [[nodiscard]] tally to_tally() const;

 private:
  void require_zeros() const;
  [[nodiscard]] std::size_t column_count() const { return head().columns; }
  [[nodiscard]] std::span<Byte> labels() const {
    return memory_.last(std::size_t{head().label_bytes});
  }

  std::span<Byte> memory_;
};

using tally_view = tally_image<const unsigned char>;
using tally_memory = tally_image<unsigned char>;

extern template class tally_image<const unsigned char>;
extern template class tally_image<unsigned char>;

/// Whether both hold tallies that merge.
[[nodiscard]] inline bool same_kind(const tally_view& a, const tally_view& b) {
  const std::size_t size = a.memory().size();
  const std::size_t labels = a.head().label_bytes;
  return size == b.memory().size() &&
         std::memcmp(a.memory().data(), b.memory().data(), offsetof(image_head, units)) == 0 &&
         std::memcmp(&a.memory()[size - labels], &b.memory()[size - labels], labels) == 0;
}

/// Makes memory an empty tally of a definition and a kind of units.
///
/// Errors: errc::invalid_argument for a unit kind that is too long; nothing is changed.
void begin_tally(std::span<unsigned char> memory, const image_layout& layout,
                 std::string_view unit_kind);

/// Makes memory a copy of a tally. Errors as above, and errc::incompatible where the tally is not
/// of the layout; nothing is changed.
void write_tally(std::span<unsigned char> memory, const image_layout& layout, const tally& from);

}  // namespace xqs::c
