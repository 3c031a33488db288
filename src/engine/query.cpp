#include "xqs/engine/query.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "engine/cells.hpp"
#include "engine/input.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace {

void require_free_names(const std::vector<std::string>& by) {
  for (const std::string& name : by) {
    bool taken = name == "set";
    for (const table::heading& heading : engine::score_headings())
      taken = taken || heading.name == name;
    if (taken)
      throw error(errc::invalid_data, "\"" + name +
                                          "\" is a column of the result, so it cannot be "
                                          "a group column; rename it in the input");
  }
}

}  // namespace

class query::state {
 public:
  state(const definition& d, std::string_view document)
      : request_(engine::parse_query(document)),
        definition_(engine::effective_definition(d, request_)),
        rows_(definition_, request_) {
    for (const std::vector<std::string>& by : request_.sets) {
      require_free_names(by);
      sets_.emplace_back(definition_, request_, by);
    }
  }

  [[nodiscard]] const definition& effective() const { return definition_; }

  void push(const batch& rows) {
    require_usable();
    usable_ = false;  // what stops half-way, for want of memory say, would leave a part behind
    try {
      rows_.read(rows);
      for (engine::cell_set& set : sets_) set.check(rows_);
      rows_.check_duplicates();
    } catch (const error&) {
      usable_ = true;  // the batch is refused whole
      throw;
    }
    for (engine::cell_set& set : sets_) set.add(rows_);
    rows_.accept();
    usable_ = true;
    row_count_ += rows.rows;
    const engine::key_column& items = rows_.key("item");
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!rows_.kept(row)) continue;
      ++kept_count_;
      if (rows_.item(items[row])) continue;
      ++extra_count_;
      extra_items_.insert(items[row]);
    }
  }

  table finish() {
    require_usable();
    if (row_count_ == 0)
      throw error(errc::invalid_data, "there are no rows, so there is nothing to score");
    if (kept_count_ == 0)
      throw error(errc::invalid_data, "none of the " + std::to_string(row_count_) +
                                          " rows meets the conditions (where)");
    require_known_items();
    usable_ = false;
    table result = engine::score_table(definition_, rows_, request_, sets_);
    result.query = engine::canonical_json(request_, definition_);
    if (extra_count_ > 0)
      result.notes.push_back("extra answers: " + std::to_string(extra_count_) + ", to " +
                             extra_in_words() +
                             "; they are scored apart, and only where items are told apart");
    return result;
  }

 private:
  [[nodiscard]] std::string extra_in_words() const {
    const engine::key_column& items = rows_.key("item");
    std::set<std::string_view> names;  // sorted, so that the order of rows changes no byte
    for (const std::uint32_t item : extra_items_) names.insert(items.text(item));
    std::string list;
    std::size_t shown = 0;
    for (const std::string_view name : names)
      if (++shown <= 10) list += (shown == 1 ? "" : ", ") + detail::in_quotes(name);
    return "items outside definition " + definition_.label() + " (" + list +
           (shown > 10 ? ", ..." : "") + ")";
  }

  /// A file in which no item is known was made for another definition.
  void require_known_items() const {
    if (extra_count_ == kept_count_)
      throw error(errc::invalid_data, "all answers are to " + extra_in_words());
  }

  void require_usable() const {
    if (!usable_) throw error(errc::invalid_argument, "the query is finished, or a push broke off");
  }

  engine::query_document request_;
  definition definition_;
  engine::input rows_;
  std::vector<engine::cell_set> sets_;
  std::uint64_t row_count_ = 0;
  std::uint64_t kept_count_ = 0;
  std::uint64_t extra_count_ = 0;
  std::set<std::uint32_t> extra_items_;
  bool usable_ = true;
};

query::query(const definition& d, std::string_view document)
    : state_(std::make_unique<state>(d, document)) {}
query::~query() = default;
query::query(query&&) noexcept = default;
query& query::operator=(query&&) noexcept = default;

const definition& query::effective() const { return state_->effective(); }

void query::push_feedback(const batch& rows) { state_->push(rows); }

table query::finish() { return state_->finish(); }

}  // namespace xqs
