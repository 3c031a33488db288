#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/detail/hash_index.hpp"

namespace xqs::detail {

/// Distinct texts, numbered in the order of their first appearance.
class dictionary {
 public:
  static constexpr std::uint32_t none = hash_index::none;

  /// The number of `text`, which is added if it is new. Amortised O(length). Without memory nothing
  /// is changed.
  std::uint32_t intern(std::string_view text) {
    const std::uint32_t hash = hash_of(text);
    const std::uint32_t known = find(text, hash);
    if (known != none) return known;
    index_.make_room();
    ends_.push_back(bytes_.size() + text.size());
    try {
      bytes_ += text;
    } catch (...) {
      ends_.pop_back();
      throw;
    }
    index_.insert(hash);
    return index_.size() - 1;
  }

  /// The number of `text`, or none.
  [[nodiscard]] std::uint32_t find(std::string_view text) const {
    return find(text, hash_of(text));
  }

  [[nodiscard]] std::string_view operator[](std::uint32_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(bytes_).substr(begin, ends_[number] - begin);
  }
  [[nodiscard]] std::uint32_t size() const { return index_.size(); }

 private:
  static std::uint32_t hash_of(std::string_view text) {
    return mix(std::hash<std::string_view>{}(text));
  }
  [[nodiscard]] std::uint32_t find(std::string_view text, std::uint32_t hash) const {
    return index_.find(hash, [&](std::uint32_t number) { return (*this)[number] == text; });
  }

  std::string bytes_;
  std::vector<std::size_t> ends_;
  hash_index index_;
};

}  // namespace xqs::detail
