#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/input.hpp"
#include "xqs/tally/ledger.hpp"

namespace xqs::engine {

/// What a column of a saved ledger stands for.
struct ledger_column {
  std::vector<std::string> names = {};  ///< of the groups
  std::vector<std::optional<std::string>> values = {};
  std::string item = {};
};

/// The label of a column: the item's id or, with groups, a JSON object of their names and values
/// (null for none) and the item. So is an item outside the definition that looks like one.
[[nodiscard]] std::string label_of(const ledger_column& c, const definition& d);

/// A label that is an item of the definition is that item.
///
/// Errors: errc::invalid_data for an object that is none of those.
[[nodiscard]] ledger_column column_of(std::string_view label, const definition& d);

/// The entries of a ledger as rows: unit, item, a column for each group.
class ledger_rows {
 public:
  /// `unit`, `item`: the names that these columns get.
  ///
  /// Errors: errc::invalid_data for columns of different groups, or labels of more than 4,096
  /// bytes, since each entry gets its own.
  ledger_rows(const ledger& from, const definition& d, const std::string& unit,
              const std::string& item);

  [[nodiscard]] long_rows view() const;

 private:
  struct text_column {
    std::string name;
    std::string bytes = {};
    std::vector<std::int64_t> offsets = {0};
    std::vector<std::uint8_t> valid = {};
    void add(const std::optional<std::string_view>& value);
  };
  std::vector<text_column> columns_;
  std::vector<unit_totals> totals_;
};

}  // namespace xqs::engine
