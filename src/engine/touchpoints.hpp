#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/column_name.hpp"
#include "engine/header.hpp"
#include "engine/instant.hpp"
#include "engine/key_column.hpp"
#include "engine/query_document.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/model/touchpoint.hpp"

namespace xqs::engine {

/// The touchpoints of a request: their ids, and of their columns what the request needs.
class touchpoint_table {
 public:
  static constexpr std::uint32_t none = key_column::null;

  touchpoint_table(const query_document& request, const time_zone* zone);

  /// Checks a batch and adds it. Errors: errc::invalid_data with the row; nothing is changed.
  void read(const batch& rows);

  [[nodiscard]] bool given() const { return bound_; }
  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(ids_.numbers().size());
  }
  /// Whether a name means a column of this table.
  [[nodiscard]] bool owns(const column_name& name) const;
  /// Whether there is such a column, by its standard name.
  [[nodiscard]] bool has(const std::string& column) const {
    return bound_ && header_.has(actual_name(column));
  }
  /// The name of the column in the input.
  [[nodiscard]] std::string actual_name(const std::string& column) const;
  /// A column that is read, by its canonical name; its rows are the touchpoints.
  [[nodiscard]] const key_column& key(const std::string& canonical) const {
    return keys_.at(canonical).values;
  }
  [[nodiscard]] key_column& key(const std::string& canonical) { return keys_.at(canonical).values; }
  [[nodiscard]] bool has_key(const std::string& canonical) const {
    return keys_.contains(canonical);
  }

  /// The ids: the number of one is the position of its touchpoint.
  [[nodiscard]] key_column& ids() { return ids_; }
  [[nodiscard]] std::string_view id(std::uint32_t position) const { return ids_.text(position); }
  [[nodiscard]] touchpoint_status status(std::uint32_t position) const { return status_[position]; }
  /// Whether it meets the conditions of the request on columns of this table.
  [[nodiscard]] bool selected(std::uint32_t position) const { return selected_[position] != 0; }
  [[nodiscard]] bool any_selected() const {
    return std::find(selected_.begin(), selected_.end(), 1) != selected_.end();
  }
  [[nodiscard]] bool all_selected() const { return all_selected_; }
  [[nodiscard]] bool has_times() const { return has_times_; }
  [[nodiscard]] std::optional<instant> time(std::uint32_t position) const {
    return has_times_ ? times_[position] : std::nullopt;
  }
  /// The number of its action, or none where that is its own, shared with no other.
  [[nodiscard]] std::uint32_t shared_action(std::uint32_t position) const {
    return actions_ == nullptr || actions_->is_missing(position) ? none : (*actions_)[position];
  }

  /// How a name is written once it is known to be of this table.
  [[nodiscard]] std::string canonical(const std::string& name) const;

 private:
  struct source {
    source(column_name n, const std::string& canonical) : name(std::move(n)), values(canonical) {}
    column_name name;
    key_column values;
    std::optional<period_numbers> periods = {};
    bool is_key = false;  ///< and not shown only
  };
  struct checked_rows {
    std::vector<touchpoint_status> status;
    std::vector<std::optional<instant>> times;
    std::vector<std::uint8_t> selected;
  };

  void bind(const batch& rows);
  void need(const std::string& name);
  /// Reads a column to show it; null for a name that is not of the touchpoints.
  source* show(const std::string& name);
  [[nodiscard]] checked_rows check(const batch& rows) const;
  void check_ids(const batch& rows) const;
  void check_values(const batch& rows, checked_rows& checked) const;
  [[nodiscard]] const column* find_standard(const batch& rows, const std::string& name) const;
  void add_keys(const batch& rows);
  void select_contact(checked_rows& checked) const;
  void apply_period_conditions(checked_rows& checked) const;

  const query_document& request_;
  const time_zone* zone_;
  bool bound_ = false;
  bool has_times_ = false;
  bool all_selected_ = true;
  header header_;
  mutable key_column ids_{"touchpoint"};  ///< whose values are looked up in columns that share them
  std::vector<touchpoint_status> status_;
  std::vector<std::optional<instant>> times_;  ///< if there are any
  std::vector<std::uint8_t> selected_;
  std::map<std::string, source> keys_;   ///< by canonical name
  const key_column* actions_ = nullptr;  ///< among them
};

}  // namespace xqs::engine
