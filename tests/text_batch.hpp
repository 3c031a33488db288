#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "xqs/engine/column.hpp"

/// Columns of text as the engine takes them; empty text is null.
class text_batch {
 public:
  void add(std::string name, const std::vector<std::string>& values) {
    bytes_.emplace_back();
    offsets_.push_back({0});
    valid_.emplace_back();
    for (const std::string& value : values) {
      bytes_.back() += value;
      valid_.back().push_back(value.empty() ? 0 : 1);
      offsets_.back().push_back(static_cast<std::int64_t>(bytes_.back().size()));
    }
    names_.push_back(std::move(name));
  }
  [[nodiscard]] xqs::batch view() const {
    xqs::batch b{.columns = {}, .rows = offsets_.front().size() - 1};
    for (std::size_t i = 0; i < names_.size(); ++i)
      b.columns.push_back(
          {names_[i], xqs::text_values{offsets_[i].data(), bytes_[i].data()}, valid_[i].data()});
    return b;
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> bytes_;
  std::vector<std::vector<std::int64_t>> offsets_;
  std::vector<std::vector<std::uint8_t>> valid_;
};
