#include "xqs/engine/query.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/choices.hpp"
#include "engine/compare_question.hpp"
#include "engine/drivers_question.hpp"
#include "engine/explain_question.hpp"
#include "engine/pushed_rows.hpp"
#include "engine/query_document.hpp"
#include "engine/rank_question.hpp"
#include "engine/score_columns.hpp"
#include "engine/score_question.hpp"
#include "engine/timeline_question.hpp"
#include "engine/watch_question.hpp"
#include "engine/wide.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace {

/// The columns that may stand beside those of the groups.
std::vector<table::heading> headings_of(const engine::query_document& request) {
  switch (request.question) {
    case engine::question::compare:
      return engine::comparison_headings(!request.period.empty());
    case engine::question::rank:
      return engine::rank_headings();
    case engine::question::drivers:
      return engine::driver_headings();
    case engine::question::watch:
      return engine::watch_headings();
    case engine::question::explain:  // whose groups are summed, and not shown
      return {};
    case engine::question::score:
    case engine::question::timeline:
      break;
  }
  std::vector<table::heading> headings = engine::score_headings(true);
  for (table::heading& heading : engine::choice_headings()) headings.push_back(std::move(heading));
  headings.push_back({"set", column_type::integer});
  return headings;
}

void require_free_names(const engine::query_document& request) {
  const std::vector<table::heading> headings = headings_of(request);
  for (const std::vector<std::string>& by : request.sets)
    for (const std::string& name : by) {
      const bool taken = std::any_of(headings.begin(), headings.end(),
                                     [&](const table::heading& h) { return h.name == name; });
      if (!taken) continue;
      throw error(errc::invalid_data, "\"" + name +
                                          "\" is a column of the result, so it cannot be "
                                          "a group column; rename it in the input");
    }
}

/// Ranks and evidence come from sums; nobody is to find another estimator than the definition's.
void require_pooled(const definition& d, const engine::query_document& request) {
  const estimator chosen = request.estimator.value_or(d.file().estimator);
  if (chosen != estimator::pooled)
    throw error(errc::invalid_query, "the question " + std::string(name_of(request.question)) +
                                         " is for pooled scores, not for " +
                                         std::string(name_of(chosen)) +
                                         " as definition or request say; ask with the estimator "
                                         "pooled");
}

void require_suitable(const definition& d, const engine::query_document& request) {
  using enum engine::question;
  if (request.question == rank || request.question == watch) require_pooled(d, request);
  if (request.question == watch) engine::require_watchable(d, request);
  if (request.question == timeline && d.file().confidentiality == confidentiality::anonymous)
    throw error(errc::refused, "definition " + d.label() +
                                   " is anonymous, and a timeline shows the feedback of one "
                                   "contact");
}

engine::query_document parsed(const definition& d, std::string_view document) {
  engine::query_document request = engine::parse_query(document);
  require_free_names(request);
  require_suitable(d, request);
  return request;
}

}  // namespace

class query::state {
 public:
  state(const definition& d, std::string_view document)
      : request_(parsed(d, document)),
        names_(engine::readable_names(request_)),
        rows_(d, request_) {}
  state(const state&) = delete;

  [[nodiscard]] const definition& effective() const { return rows_.effective(); }
  [[nodiscard]] bool may_read(std::string_view column) const {
    return names_.contains(column) || engine::is_wide_answer(column);
  }
  [[nodiscard]] ledger saved_ledger() { return rows_.saved_ledger(); }
  [[nodiscard]] engine::crew& lanes() { return rows_.lanes(); }
  /// Errors: errc::invalid_argument if they can no longer be added to.
  [[nodiscard]] engine::pushed_rows& open_rows() {
    require_usable();
    return rows_;
  }

  table finish() {
    require_usable();
    rows_.require_something();
    table result = answer();
    result.query = engine::canonical_json(request_, effective());
    for (std::string& note : rows_.notes()) result.notes.push_back(std::move(note));
    finished_ = true;
    return result;
  }

 private:
  table answer() {
    rows_.settle();
    const engine::pushed_rows::variant& first = rows_.variants().front();
    switch (request_.question) {
      case engine::question::score:
        return request_.choices ? choices()
                                : noted(engine::score_table(first.rules, first.rows, request_,
                                                            first.sets, rows_.lanes()));
      case engine::question::compare:
        return noted(
            engine::compare_table(first.rules, first.rows, request_, first.sets, rows_.lanes()));
      case engine::question::rank:
        return noted(engine::rank_table(first.rules, first.rows, request_, first.sets));
      case engine::question::drivers:
        return noted(engine::drivers_table(first.rules, first.rows, request_, first.sets.front()));
      case engine::question::explain:
        return noted(engine::explain_table(first.rules, first.rows, request_, first.sets));
      case engine::question::watch:
        return noted(engine::watch_table(first.rules, first.rows, request_, first.sets.front()));
      case engine::question::timeline:
        return engine::timeline_table(first.rules, first.rows, request_, rows_.zone(),
                                      first.sets.front());
    }
    return {};
  }

  table choices() {
    const engine::pushed_rows::variant& first = rows_.variants().front();
    std::vector<table> tables;
    const engine::few_people few =
        engine::few_between(first.rules, first.sets.front(), rows_.variants()[1].sets.front());
    std::size_t hidden = 0;
    for (const engine::pushed_rows::variant& v : rows_.variants()) {
      engine::scored_table scored = engine::score_table(
          v.rules, v.rows, request_, v.sets, rows_.lanes(), engine::hidden_by_choice(v.rules, few));
      hidden += scored.hidden_cells;
      tables.push_back(std::move(scored.result));
    }
    return noted(
        {engine::side_by_side(variants_rules(), tables, request_.sets.front().size()), hidden});
  }

  /// Says why cells are empty.
  [[nodiscard]] table noted(engine::scored_table scored) const {
    if (scored.hidden_cells > 0 && !rows_.may_be_counted())
      scored.result.notes.push_back("hidden cells: " + std::to_string(scored.hidden_cells) +
                                    "; definition " + effective().label() +
                                    " is anonymous, and a cell is hidden if it has fewer than " +
                                    std::to_string(effective().file().minimum_respondents) +
                                    " respondents, or if one that has could be computed from it");
    return std::move(scored.result);
  }

  [[nodiscard]] std::vector<const definition*> variants_rules() const {
    std::vector<const definition*> rules;
    for (const engine::pushed_rows::variant& v : rows_.variants()) rules.push_back(&v.rules);
    return rules;
  }

  void require_usable() const {
    rows_.require_whole();
    if (finished_) throw error(errc::invalid_argument, "the query is finished");
  }

  engine::query_document request_;
  std::set<std::string, std::less<>> names_;  // of columns that may be read
  engine::pushed_rows rows_;
  bool finished_ = false;
};

query::query(const definition& d, std::string_view document)
    : state_(std::make_unique<state>(d, document)) {}
query::~query() = default;
query::query(query&&) noexcept = default;
query& query::operator=(query&&) noexcept = default;

const definition& query::effective() const { return state_->effective(); }

bool query::may_read(std::string_view column) const { return state_->may_read(column); }

void query::for_each(std::size_t count, const std::function<void(std::size_t)>& task) {
  state_->lanes().for_each(count, [&](std::size_t, std::size_t i) { task(i); });
}

void query::push_touchpoints(const batch& rows) { state_->open_rows().push_touchpoints(rows); }

std::vector<rejected_row> query::push_feedback(const batch& rows) {
  return state_->open_rows().push_feedback(rows);
}

void query::push_ledger(const ledger& from) { state_->open_rows().push_ledger(from); }

void query::keep_ledger() { state_->open_rows().keep_ledger(); }

ledger query::saved_ledger() const { return state_->saved_ledger(); }

table query::finish() { return state_->finish(); }

}  // namespace xqs
