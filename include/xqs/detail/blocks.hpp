#pragma once

#include <cstddef>
#include <vector>

namespace xqs::detail {

/// A sequence that grows without copying, so that a large one never needs twice its memory. What
/// std::deque is for, at a fraction of its compile time.
template <typename T>
class blocks {
 public:
  void push_back(const T& value) {
    if (size_ == blocks_.size() * block_size) {
      blocks_.emplace_back();
      if (blocks_.size() > 1) blocks_.back().reserve(block_size);  // most sequences are short
    }
    blocks_.back().push_back(value);
    ++size_;
  }

  [[nodiscard]] const T& operator[](std::size_t at) const {
    return blocks_[at / block_size][at % block_size];
  }
  [[nodiscard]] T& operator[](std::size_t at) { return blocks_[at / block_size][at % block_size]; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  class iterator {
   public:
    iterator(const blocks& all, std::size_t at) : all_(&all), at_(at) {}
    const T& operator*() const { return (*all_)[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

   private:
    const blocks* all_;
    std::size_t at_;
  };
  [[nodiscard]] iterator begin() const { return {*this, 0}; }
  [[nodiscard]] iterator end() const { return {*this, size_}; }

 private:
  static constexpr std::size_t block_size = 4096;
  std::vector<std::vector<T>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace xqs::detail
