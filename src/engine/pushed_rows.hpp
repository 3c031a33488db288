#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/cells.hpp"
#include "engine/crew.hpp"
#include "engine/input.hpp"
#include "engine/long_rows.hpp"
#include "engine/query_document.hpp"
#include "engine/touchpoints.hpp"
#include "engine/wide.hpp"
#include "xqs/engine/column.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/ledger.hpp"

namespace xqs::engine {

/// What was pushed into a query: its rows under each set of rules, in cells, and how many of them
/// there are of which kind.
class pushed_rows {
 public:
  /// The rows under one set of rules.
  struct variant {
    variant(definition d, const query_document& request, touchpoint_table& touchpoints,
            const time_zone* zone);
    /// Refuses a batch that cannot be added. Rows of which nothing is to be checked but that they
    /// are known are added at once, while they are in a cache: blocks, or the first rows of one.
    void check(const long_rows& from, crew& lanes);
    /// After a batch was refused, by this or by another: takes back the rows that were added.
    void take_back(crew& lanes);
    void add(crew& lanes);
    [[nodiscard]] std::vector<cell_set*> all_sets();
    definition rules;
    input rows;
    std::vector<cell_set> sets;
    std::optional<cell_set> kept;  ///< of all groups and items, to be saved
    bool meets_new = true;         ///< whether the last batch had values that were not known
    bool meets_rare = false;       ///< the same of codes that are not common

   private:
    bool add_standing(std::size_t lane, row_range block);
    void add_at_once(std::size_t lane, row_range block, const std::vector<cell_set*>& all);
    void note_added(std::size_t lane, row_range block, std::size_t count);
    void number_added(crew& lanes);

    std::vector<rows_added> added_ = {};  ///< by block
    /// To which rows of the batch are added where they stand, until these are looked up.
    cell_set* standing_set_ = nullptr;
  };

  /// The request must outlive this.
  ///
  /// Errors: errc::invalid_query for a time zone, or choices, that there are not.
  pushed_rows(const definition& d, const query_document& request);
  pushed_rows(const pushed_rows&) = delete;
  pushed_rows& operator=(const pushed_rows&) = delete;
  ~pushed_rows() = default;

  void push_touchpoints(const batch& rows);
  std::vector<rejected_row> push_feedback(const batch& rows);
  void push_ledger(const ledger& from);
  void keep_ledger();
  [[nodiscard]] ledger saved_ledger();

  /// Errors: errc::invalid_argument after a push that broke off.
  void require_whole() const;
  /// Errors: errc::invalid_data where there is nothing to answer for.
  void require_something() const;
  /// After the last row, before the cells are asked for anything.
  void settle();

  /// Who shares the work.
  [[nodiscard]] crew& lanes() { return lanes_; }
  [[nodiscard]] const definition& effective() const { return variants_.front().rules; }
  [[nodiscard]] const time_zone* zone() const { return zone_ ? &*zone_ : nullptr; }
  /// One, but for choices.
  [[nodiscard]] const std::deque<variant>& variants() const { return variants_; }
  /// Under an anonymous definition the number of all rows would count those of hidden cells.
  [[nodiscard]] bool may_be_counted() const {
    return effective().file().confidentiality == confidentiality::identified;
  }
  /// What is to be said of rows that are left out.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  enum class row_form { by_answer, by_response, ledger };

  template <typename Make>
  void push(row_form form, std::size_t input_rows, Make make);
  void check(const long_rows& rows);
  void require_form(row_form form) const;
  void require_ledgers() const;
  void add_variant(definition d);
  void count(std::size_t input_rows);
  [[nodiscard]] std::string actual_name(const std::string& standard) const;
  [[nodiscard]] std::string extra_in_words() const;
  [[nodiscard]] std::string rejects_in_words() const;
  [[nodiscard]] bool scored_apart() const;

  const query_document& request_;
  std::optional<time_zone> zone_;
  touchpoint_table touchpoints_;
  wide_form wide_;
  std::optional<row_form> form_;  // once there are rows
  std::deque<variant> variants_;  // others refer to them
  crew lanes_;
  std::uint64_t row_count_ = 0;
  std::uint64_t kept_count_ = 0;
  std::uint64_t extra_count_ = 0;
  std::uint64_t rejected_count_ = 0;
  std::map<std::string, std::uint64_t> rejects_by_reason_;
  std::set<std::uint32_t> extra_items_;
  bool whole_ = true;
};

}  // namespace xqs::engine
