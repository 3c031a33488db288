#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/column_name.hpp"
#include "engine/header.hpp"
#include "engine/instant.hpp"
#include "engine/key_column.hpp"
#include "engine/long_rows.hpp"
#include "engine/query_document.hpp"
#include "engine/touchpoints.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// The columns of the feedback: what the names of a query mean, and which of them are read. That
/// follows from the query and the columns of the first batch.
class input_columns {
 public:
  struct resolved {
    bool joined = false;
    std::string column = {};  ///< its name in the input
    std::optional<period_rule> period = {};
    std::string canonical = {};
  };
  struct source {
    explicit source(resolved r) : from(std::move(r)), values(from.canonical) {}
    source(resolved r, key_column& of) : from(std::move(r)), values(from.canonical, of) {}
    resolved from;
    key_column values;
    std::optional<period_numbers> periods = {};
  };

  input_columns(const definition& d, const query_document& request, touchpoint_table& touchpoints,
                const time_zone* zone);

  /// Decides what is read. Errors: errc::invalid_data for columns that are missing or ambiguous.
  void bind(const long_rows& from);
  /// Errors: errc::invalid_data for other columns than those bound.
  void require_same(const batch& rows) const { header_.require_same(rows); }

  [[nodiscard]] resolved resolve(const std::string& name) const;
  [[nodiscard]] bool same(const std::string& a, const std::string& b) const {
    return resolve(a).canonical == resolve(b).canonical;
  }
  /// Whether there is a column of the feedback, by its standard name.
  [[nodiscard]] bool has(const std::string& standard) const {
    return header_.has(actual_name(standard));
  }
  [[nodiscard]] const column& find(const batch& rows, const std::string& standard) const {
    return find_column(rows, actual_name(standard));
  }
  [[nodiscard]] bool respondents_known() const { return has_respondent_; }

  /// A key column, by a name of the query.
  [[nodiscard]] const key_column& key(const std::string& name) const {
    return keys_.at(resolve(name).canonical).values;
  }
  [[nodiscard]] key_column& items() { return keys_.at(resolve("feedback.item").canonical).values; }
  /// All of them, by canonical name.
  [[nodiscard]] std::map<std::string, source>& keys() { return keys_; }
  /// Whether a column of the input is first read as one of them.
  [[nodiscard]] bool is_key(const std::string& column) const;
  /// Names of the columns that tell forms apart, the respondent first.
  [[nodiscard]] const std::vector<std::string>& of_forms() const { return form_columns_; }

 private:
  [[nodiscard]] std::string actual_name(const std::string& standard) const;
  void need(const std::string& name);
  void need_people(const std::string& name);
  void need_group(const std::string& name);
  void allow(const std::string& name, const key_values::gaps& gaps);
  void require_unambiguous(const std::string& name) const;
  void require_column(const batch& rows, const std::string& standard) const;
  void require_answers(const batch& rows) const;
  void require_distinct_roles() const;
  void choose_form_columns();

  const definition& definition_;
  const query_document& request_;
  touchpoint_table& touchpoints_;
  const time_zone* zone_;
  bool has_respondent_ = false;
  header header_;
  std::vector<std::string> form_columns_;
  std::map<std::string, source> keys_;
};

}  // namespace xqs::engine
