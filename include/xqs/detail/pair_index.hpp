#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "xqs/detail/hash_index.hpp"

namespace xqs::detail {

/// Distinct pairs of numbers, numbered in the order of their first appearance. Tuples are chains of
/// pairs.
class pair_index {
 public:
  static constexpr std::uint32_t none = hash_index::none;

  /// The number of the pair, which is added if it is new. Amortised O(1).
  std::uint32_t intern(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t key = std::uint64_t{a} << 32u | b;
    if (last_ != none && keys_[last_] == key) return last_;  // rows come in runs
    const std::uint32_t hash = mix(key);
    last_ = index_.find(hash, [&](std::uint32_t number) { return keys_[number] == key; });
    if (last_ != none) return last_;
    index_.make_room();
    keys_.push_back(key);
    index_.insert(hash);
    return last_ = index_.size() - 1;
  }

  /// The number of the pair, or none. O(1).
  [[nodiscard]] std::uint32_t find(std::uint32_t a, std::uint32_t b) const {
    const std::uint64_t key = std::uint64_t{a} << 32u | b;
    return index_.find(mix(key), [&](std::uint32_t number) { return keys_[number] == key; });
  }

  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> operator[](std::uint32_t number) const {
    return {static_cast<std::uint32_t>(keys_[number] >> 32u),
            static_cast<std::uint32_t>(keys_[number])};
  }
  [[nodiscard]] std::uint32_t size() const { return index_.size(); }

 private:
  std::vector<std::uint64_t> keys_;
  hash_index index_;
  std::uint32_t last_ = none;
};

}  // namespace xqs::detail
