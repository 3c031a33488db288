#pragma once

#include <string>
#include <unordered_set>

#include "xqs/engine/column.hpp"

namespace xqs::engine {

/// The column of a batch with that name.
///
/// Errors: errc::invalid_data naming the columns there are; the refusal of the column.
[[nodiscard]] const column& find_column(const batch& rows, const std::string& name);

/// The column names of a table, which all its batches must have.
class header {
 public:
  /// Errors: errc::invalid_data for two columns of one name.
  void bind(const batch& rows);
  /// Errors: errc::invalid_data for other columns than those bound.
  void require_same(const batch& rows) const;
  [[nodiscard]] bool has(const std::string& name) const { return names_.contains(name); }

 private:
  std::unordered_set<std::string> names_;
};

}  // namespace xqs::engine
