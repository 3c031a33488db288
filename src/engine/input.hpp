#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/code_lookup.hpp"
#include "engine/crew.hpp"
#include "engine/group_numbers.hpp"
#include "engine/input_columns.hpp"
#include "engine/key_column.hpp"
#include "engine/long_rows.hpp"
#include "engine/number.hpp"
#include "engine/query_document.hpp"
#include "engine/touchpoints.hpp"
#include "engine/untouched_vector.hpp"
#include "xqs/detail/pair_index.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/totals.hpp"

namespace xqs::engine {

/// Turns batches of feedback into numbered keys and points, joined to the touchpoints. Which
/// columns are read follows from the query.
class input {
 public:
  input(const definition& d, const query_document& request, touchpoint_table& touchpoints,
        const time_zone* zone);

  /// All rows will be asked for their items. Before the first row.
  void keep_items() { keeps_items_ = true; }
  /// Begins with a batch, which stays until it is added, or refused: its rows are not asked for
  /// afterwards. Then come blocks of them, to look up or to learn, the end, and the checks. On an
  /// error nothing that counts has changed.
  void begin(const long_rows& from, crew& lanes);
  /// Numbers the keys and answers of some rows: whether all keys are known. For several threads, a
  /// lane each.
  bool look_up(std::size_t lane, row_range rows);
  /// The same of rows whose keys may be new.
  void learn(row_range rows);
  /// Whether rows of the batch can be added as soon as they were looked up: nothing else is asked
  /// of them, nor of rows of the same response.
  [[nodiscard]] bool has_no_further_checks() const;
  /// Whether rows that were looked up answer items of the definition, with codes that are common.
  [[nodiscard]] bool are_common(std::size_t lane, row_range rows) const;
  /// Whether, but for their groups, rows can be read a few at a time, where they stand: nobody asks
  /// for their items, and their codes are bytes.
  [[nodiscard]] bool stand() const;
  /// Whether rows answer items of the definition, as far as is known without learning, if nobody
  /// asks which. For several threads.
  [[nodiscard]] bool have_common_items(row_range rows);
  /// The kinds of rows whose codes are bytes: whether all are common. For several threads.
  bool find_kinds(row_range rows, std::uint8_t* to) const;
  /// Checks the batch.
  void end();
  /// Whether rows that were looked up have codes that are not common. Before the end.
  [[nodiscard]] bool have_rare_codes() const;
  /// After the checks: notes the items of rows that are not all plain, which will be asked for.
  void number_items();
  /// Refuses the batch for the sake of a row or, where the request says so, only the row.
  void refuse(std::size_t row, const std::string& reason, const error& why);
  /// Refuses what answers an item of a form twice, and remembers what is answered. The last of the
  /// checks, since it alone leaves a trace.
  void check_duplicates();
  /// The batch is accepted: later ones must have its columns.
  void accept();

  [[nodiscard]] std::size_t rows() const { return kind_of_row_.size(); }
  /// What a row adds: one answer, unless it is of a ledger.
  [[nodiscard]] const unit_totals& totals(std::size_t row) const {
    const std::uint8_t kind = kind_of_row_[row];
    return kind < common_totals_.size() ? common_totals_[kind] : rare_totals_[row];
  }
  /// A row of a common kind adds what all of them add, in all batches.
  [[nodiscard]] std::span<const std::uint8_t> kinds() const { return kind_of_row_; }
  [[nodiscard]] std::span<const unit_totals> common_totals() const { return common_totals_; }
  /// By row: what those of no common kind add. Empty where there are none.
  [[nodiscard]] std::span<const unit_totals> rare_totals() const { return rare_totals_; }
  [[nodiscard]] bool all_common() const { return rare_totals_.empty(); }
  /// Whether every row is kept, and answers an item of the definition, and none is early.
  [[nodiscard]] bool plain() const {
    return kept_.empty() && rejects_.empty() && !any_extra_ && early_.empty();
  }
  /// Whether a row is accepted and meets the conditions of the query.
  [[nodiscard]] bool kept(std::size_t row) const {
    return (kept_.empty() || kept_[row] != 0) && !rejected(row);
  }
  /// Whether a row has a weight of 0: it is counted, and adds nothing.
  [[nodiscard]] bool weightless(std::size_t row) const {
    return !weightless_.empty() && weightless_[row] != 0;
  }
  [[nodiscard]] bool rejected(std::size_t row) const {
    return !rejected_.empty() && rejected_[row] != 0;
  }
  /// The rows of the batch that were refused, as positions in the input.
  [[nodiscard]] const std::vector<rejected_row>& rejects() const { return rejects_; }

  /// A key column, by a name of the query.
  [[nodiscard]] const key_column& key(const std::string& name) const { return columns_.key(name); }
  [[nodiscard]] bool same_column(const std::string& a, const std::string& b) const {
    return columns_.same(a, b);
  }
  /// The column of the touchpoints that a name means; its rows are the touchpoints.
  [[nodiscard]] const key_column& touchpoint_key(const std::string& name) const {
    return touchpoints_.key(columns_.resolve(name).canonical);
  }
  /// Whether a name means a column of the touchpoints.
  [[nodiscard]] bool is_joined(const std::string& name) const {
    return columns_.resolve(name).joined;
  }
  [[nodiscard]] const key_column& items() const { return key("feedback.item"); }
  /// What a row's item is in the definition; empty: an extra item.
  [[nodiscard]] std::optional<std::size_t> item(std::uint32_t number) const {
    return items_[number];
  }

  /// Respondent of each row, key_column::null where unknown. Without such a column: the response.
  [[nodiscard]] std::span<const std::uint32_t> people() const { return people_; }
  [[nodiscard]] bool respondents_known() const { return columns_.respondents_known(); }
  /// Whether nothing tells people apart: all rows have the same number.
  [[nodiscard]] bool people_untold() const {
    return !respondents_known() && columns_.of_forms().empty();
  }
  /// Form of each row: respondent and response (or touchpoint and time).
  [[nodiscard]] std::span<const std::uint32_t> forms() const { return forms_.of_rows(); }

  [[nodiscard]] const touchpoint_table& touchpoints() const { return touchpoints_; }
  /// Position of each row's touchpoint, touchpoint_table::none without.
  [[nodiscard]] const std::vector<std::uint32_t>& touchpoint_of_row() const { return joined_; }
  /// Whether a row is dated before its touchpoint.
  [[nodiscard]] bool early(std::size_t row) const { return !early_.empty() && early_[row] != 0; }
  /// Whether a touchpoint has an answer that counts, among the rows kept.
  [[nodiscard]] bool answered(std::uint32_t touchpoint) const {
    return touchpoint < answered_touchpoints_.size() && answered_touchpoints_[touchpoint] != 0;
  }
  /// How a number of the feedback is written.
  [[nodiscard]] number_format& numbers() { return numbers_; }

 private:
  /// What a thread has for itself.
  struct lane {
    std::vector<std::uint8_t> positions[2] = {};  ///< room for those of a block
    bool has_rare_codes = false;
    bool block_is_common = false;  ///< the codes of the block that was read last
  };

  void bind(const long_rows& from);
  void require_text(const batch& rows, crew& lanes) const;
  void read_touchpoints(const batch& rows, crew& lanes);
  void begin_keys(const batch& rows);
  [[nodiscard]] bool items_are_untold() const;
  void read_periods(const batch& rows, input_columns::source& from);
  void read_items();
  void check_items();
  void read_codes(lane& of, row_range rows);
  void read_rare_codes();
  void set_totals(std::size_t row, const unit_totals& totals);
  void require_known_items();
  void read_weights(const batch& rows);
  void read_people();
  void read_early(const batch& rows);
  void apply_conditions(const batch& rows);
  void keep_contact();
  void apply_condition(const condition& c, const batch& rows);
  [[nodiscard]] std::string form_in_words(std::uint32_t form) const;

  const definition& definition_;
  const query_document& request_;
  touchpoint_table& touchpoints_;
  const time_zone* zone_;
  number_format numbers_;
  bool bound_ = false;
  bool keeps_items_ = false;
  input_columns columns_;
  code_lookup codes_;
  std::vector<unit_totals> common_totals_;  ///< by kind
  std::vector<std::optional<std::size_t>> items_;
  bool any_extra_ = false;  ///< whether some of them are outside the definition

  // Of the batch at hand:
  const long_rows* from_ = nullptr;
  std::vector<key_column*> block_keys_;  ///< that are read block by block
  key_column* untold_items_ = nullptr;   ///< among them, if its rows may be without numbers
  const column* requirement_ = nullptr;
  const column* satisfaction_ = nullptr;
  std::optional<code_lookup::code_positions> standing_codes_[2] = {};  ///< of both, if they stand
  std::vector<lane> lanes_;
  std::size_t per_input_row_ = 1;
  std::vector<rejected_row> rejects_;
  std::vector<std::uint8_t> rejected_;  ///< by row; empty if none is
  untouched_vector<std::uint8_t> kind_of_row_;
  std::vector<unit_totals> rare_totals_;
  std::vector<std::uint8_t> weightless_;
  std::vector<std::uint8_t> kept_;  ///< by row, if not rejected; empty where nothing is asked
  std::span<const std::uint32_t> people_;
  std::vector<std::uint32_t> known_people_;  ///< where some are missing
  std::vector<std::uint32_t> joined_;
  key_column touchpoint_ids_;
  std::vector<std::uint8_t> early_;

  // Of all rows:
  group_numbers forms_;
  detail::pair_index answered_;                ///< (form, block of 64 items)
  std::vector<std::uint64_t> answered_items_;  ///< a bit an item
  std::vector<std::uint8_t> answered_touchpoints_;
};

}  // namespace xqs::engine
