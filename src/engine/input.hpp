#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/query_document.hpp"
#include "xqs/detail/dictionary.hpp"
#include "xqs/detail/pair_index.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"

namespace xqs::engine {

/// An error about a row of the batch at hand.
inline error row_error(std::size_t row, const std::string& column, std::string_view value,
                       const std::string& message) {
  return {static_cast<std::int64_t>(row), column, std::string(value), message};
}

/// A key column of the input, its values numbered across batches; null has the number `null`.
class key_column {
 public:
  static constexpr std::uint32_t null = detail::dictionary::none;

  explicit key_column(std::string name) : name_(std::move(name)) {}

  /// Numbers the values of the next batch. Errors: errc::invalid_data for floating-point keys.
  void read(const column& c, std::size_t rows) {
    number(c, rows);
    not_available_ = values_.find("NA");
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t operator[](std::size_t row) const { return numbers_[row]; }
  [[nodiscard]] std::string_view text(std::uint32_t number) const { return values_[number]; }
  [[nodiscard]] std::uint32_t size() const { return values_.size(); }
  /// Whether a row has no key: null, or NA, as R writes it, which would become a person's name.
  [[nodiscard]] bool is_missing(std::size_t row) const {
    return numbers_[row] == null || numbers_[row] == not_available_;
  }

 private:
  void number(const column& c, std::size_t rows);

  std::string name_;
  detail::dictionary values_;
  std::uint32_t not_available_ = null;  // the number of "NA"
  std::vector<std::uint32_t> numbers_;  // of the batch at hand
};

/// Turns batches into numbered keys and points. Which columns are read follows from the query.
class input {
 public:
  input(const definition& d, const query_document& request);

  /// Reads and checks a batch. On an error nothing that counts has changed.
  void read(const batch& rows);
  /// Refuses a batch that answers an item of a form twice, and remembers what it answers. The last
  /// of the checks, since it alone leaves a trace.
  void check_duplicates();
  /// The batch is accepted: later ones must have its columns.
  void accept() { bound_ = true; }

  [[nodiscard]] std::size_t rows() const { return points_.size(); }
  [[nodiscard]] const std::vector<answer_points>& points() const { return points_; }
  /// Whether a row meets the conditions of the query.
  [[nodiscard]] bool kept(std::size_t row) const { return kept_[row] != 0; }

  /// A key column that is read, by the name the query uses (standard or actual).
  [[nodiscard]] const key_column& key(const std::string& name) const;
  [[nodiscard]] bool same_column(const std::string& a, const std::string& b) const;
  /// What a row's item is in the definition; empty: an extra item.
  [[nodiscard]] std::optional<std::size_t> item(std::uint32_t number) const {
    return items_[number];
  }

  /// Respondent of each row, key_column::null where unknown. Without such a column: the response.
  [[nodiscard]] const std::vector<std::uint32_t>& people() const { return people_; }
  [[nodiscard]] bool respondents_known() const { return has_respondent_; }
  /// Form of each row: respondent and response (or touchpoint and time).
  [[nodiscard]] const std::vector<std::uint32_t>& forms() const { return forms_; }
  /// A form in words, for messages: respondent "a", response "1".
  [[nodiscard]] std::string form_in_words(std::uint32_t form) const;

 private:
  void bind(const batch& rows);
  void require_column(const batch& rows, const std::string& standard) const;
  [[nodiscard]] std::string actual_name(const std::string& name) const;
  [[nodiscard]] const column& find(const batch& rows, const std::string& name) const;
  void read_items();
  void read_points(const batch& rows);
  void read_forms();
  void require_same_columns(const batch& rows) const;
  void require_distinct_roles() const;

  const definition& definition_;
  const query_document& request_;
  bool bound_ = false;
  bool has_respondent_ = false;
  std::unordered_set<std::string> header_;
  std::vector<std::string> form_columns_;   ///< actual names, the respondent first
  std::map<std::string, key_column> keys_;  ///< by actual name
  std::vector<std::optional<std::size_t>> items_;
  std::vector<answer_points> points_;
  std::vector<std::uint8_t> kept_;
  std::vector<std::uint32_t> people_;
  std::vector<std::uint32_t> forms_;
  std::vector<detail::pair_index> form_chain_;
  detail::pair_index answered_;                ///< (form, block of 64 items)
  std::vector<std::uint64_t> answered_items_;  ///< a bit an item
};

}  // namespace xqs::engine
