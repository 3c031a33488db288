#include "xqs/engine/query.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/cells.hpp"
#include "engine/choices.hpp"
#include "engine/compare_question.hpp"
#include "engine/drivers_question.hpp"
#include "engine/explain_question.hpp"
#include "engine/input.hpp"
#include "engine/ledger_rows.hpp"
#include "engine/query_document.hpp"
#include "engine/rank_question.hpp"
#include "engine/score_question.hpp"
#include "engine/timeline_question.hpp"
#include "engine/touchpoints.hpp"
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
        zone_(zone_of(request_)),
        touchpoints_(request_, zone()) {
    if (request_.choices)
      for (definition& variant : engine::choices_of(d, request_)) add_variant(std::move(variant));
    else
      add_variant(engine::effective_definition(d, request_));
  }
  state(const state&) = delete;

  [[nodiscard]] const definition& effective() const { return variants_.front().rules; }
  [[nodiscard]] bool may_read(std::string_view column) const {
    return names_.contains(column) || engine::is_wide_answer(column);
  }

  void push_touchpoints(const batch& rows) {
    require_usable();
    if (row_count_ > 0 || rejected_count_ > 0)
      throw error(errc::invalid_argument, "touchpoints come before the first feedback");
    touchpoints_.read(rows);
  }

  std::vector<rejected_row> push_feedback(const batch& rows) {
    require_usable();
    if (request_.question == engine::question::timeline && !touchpoints_.given())
      throw error(errc::invalid_argument, "a timeline needs touchpoints, before the feedback");
    const bool is_wide = engine::is_wide(rows);
    push(is_wide ? row_form::by_response : row_form::by_answer, rows.rows,
         [&] { return is_wide ? wide_.to_long(rows) : engine::long_rows{.rows = rows}; });
    std::vector<rejected_row> rejects = variants_.front().rows.rejects();
    std::sort(rejects.begin(), rejects.end(),
              [](const rejected_row& a, const rejected_row& b) { return a.row < b.row; });
    return rejects;
  }

  void push_ledger(const ledger& from) {
    require_usable();
    require_ledgers();
    if (touchpoints_.given())
      throw error(errc::invalid_argument, "a ledger is of no touchpoints; push it without them");
    if (!request_.time_zone.empty())
      throw error(
          errc::invalid_argument,
          "a ledger has the periods of the zone it was saved with; ask without a time zone");
    if (from.empty()) return;
    detail::require_same(state_identity(effective()), from.identity());
    const engine::ledger_rows rows(from, effective(), actual_name("respondent"),
                                   actual_name("item"));
    push(row_form::ledger, from.entries().size(), [&] { return rows.view(); });
  }

  void keep_ledger() {
    require_usable();
    require_ledgers();
    if (row_count_ > 0)
      throw error(errc::invalid_argument, "a ledger is kept from the first row on");
    std::vector<std::string> by;
    for (const std::vector<std::string>& grouping : request_.groupings)
      for (const std::string& name : grouping)
        if (name != "item" && name != "feedback.item" &&
            std::find(by.begin(), by.end(), name) == by.end())
          by.push_back(name);
    by.emplace_back("feedback.item");
    variant& only = variants_.front();
    only.kept.emplace(only.rules, request_, by);
  }

  [[nodiscard]] ledger saved_ledger() const {
    const variant& only = variants_.front();
    require_whole();
    if (!only.kept)
      throw error(errc::invalid_argument, "no ledger was kept: call keep_ledger before the rows");
    if (row_count_ > 0 && !only.kept->has_names()) throw no_names();
    return only.kept->named_ledger(only.rows);
  }

  table finish() {
    require_usable();
    require_something();
    table result = answer();
    result.query = engine::canonical_json(request_, effective());
    if (extra_count_ > 0)
      result.notes.push_back(
          "extra answers" +
          (may_count_rows() ? ": " + std::to_string(extra_count_) + ", to " : std::string(" to ")) +
          extra_in_words() +
          (scored_apart() ? "; they are scored apart, and only where items are told apart"
                          : "; they are left out"));
    if (rejected_count_ > 0)
      result.notes.push_back("rejected rows: " + std::to_string(rejected_count_) +
                             (may_count_rows() ? " of " + std::to_string(row_count_) : "") + "; " +
                             rejects_in_words());
    finished_ = true;
    return result;
  }

 private:
  /// The rows under one set of rules.
  struct variant {
    variant(definition d, const engine::query_document& request,
            engine::touchpoint_table& touchpoints, const time_zone* zone)
        : rules(std::move(d)), rows(rules, request, touchpoints, zone) {
      for (const std::vector<std::string>& by : request.groupings)
        sets.emplace_back(rules, request, by);
    }
    void check(const engine::long_rows& from) {
      rows.read(from);
      for (engine::cell_set& set : sets) set.check(rows);
      if (kept) kept->check(rows);
      if (!from.totals) return rows.check_duplicates();
      for (const engine::cell_set& set : sets)
        if (!set.has_names()) throw no_names();
    }
    void add() {
      for (engine::cell_set& set : sets) set.add(rows);
      if (kept) kept->add(rows);
      rows.accept();
    }
    definition rules;
    engine::input rows;
    std::vector<engine::cell_set> sets;
    std::optional<engine::cell_set> kept;  // of all groups and items, to be saved
  };

  enum class row_form { by_answer, by_response, ledger };

  /// Adds the rows that `make` makes, or nothing of them.
  template <typename Make>
  void push(row_form form, std::size_t input_rows, Make make) {
    whole_ = false;  // what stops half-way, for want of memory say, would leave a part behind
    try {
      require_form(form);
      const engine::long_rows rows = make();
      for (variant& v : variants_) v.check(rows);
    } catch (const error&) {
      whole_ = true;  // the batch is refused whole
      throw;
    }
    for (variant& v : variants_) v.add();
    whole_ = true;
    form_ = form;
    count(input_rows);
  }

  void require_form(row_form form) const {
    constexpr const char* words[] = {"are in long form, a row per answer",
                                     "are in wide form, a row per response", "are a ledger"};
    if (form_ && form != *form_)
      throw error(errc::invalid_data,
                  std::string("these rows ") + words[static_cast<std::size_t>(form)] +
                      ", and the rows before " + words[static_cast<std::size_t>(*form_)]);
  }

  /// A ledger has the totals of respondents, and no single answers.
  void require_ledgers() const {
    if (request_.unit != "respondent")
      throw error(errc::invalid_argument,
                  "ledgers are saved and read for the unit respondent, not for " +
                      detail::in_quotes(request_.unit));
    if (request_.question == engine::question::timeline || request_.choices)
      throw error(errc::invalid_argument,
                  "a timeline and choices need single answers, which a ledger has not");
  }
  static error no_names() {
    return {errc::invalid_argument,
            "a ledger needs a column respondent, which is none of the groups"};
  }
  [[nodiscard]] std::string actual_name(const std::string& standard) const {
    const auto mapped = request_.columns.find(standard);
    return mapped == request_.columns.end() ? standard : mapped->second;
  }

  /// No tzdata is read unless a zone is named.
  static std::optional<time_zone> zone_of(const engine::query_document& request) {
    if (request.time_zone.empty()) return std::nullopt;
    return time_zone::named(request.time_zone);
  }
  [[nodiscard]] const time_zone* zone() const { return zone_ ? &*zone_ : nullptr; }

  void add_variant(definition d) {
    variants_.emplace_back(std::move(d), request_, touchpoints_, zone());
  }

  table answer() {
    for (variant& v : variants_)
      for (engine::cell_set& set : v.sets) set.count_touchpoints(v.rows);
    const variant& first = variants_.front();
    switch (request_.question) {
      case engine::question::score:
        return request_.choices
                   ? choices()
                   : noted(engine::score_table(first.rules, first.rows, request_, first.sets));
      case engine::question::compare:
        return noted(engine::compare_table(first.rules, first.rows, request_, first.sets));
      case engine::question::rank:
        return noted(engine::rank_table(first.rules, first.rows, request_, first.sets));
      case engine::question::drivers:
        return noted(engine::drivers_table(first.rules, first.rows, request_, first.sets.front()));
      case engine::question::explain:
        return noted(engine::explain_table(first.rules, first.rows, request_, first.sets));
      case engine::question::watch:
        return noted(engine::watch_table(first.rules, first.rows, request_, first.sets.front()));
      case engine::question::timeline:
        return engine::timeline_table(first.rules, first.rows, request_, zone(),
                                      first.sets.front());
    }
    return {};
  }

  table choices() {
    const variant& first = variants_.front();
    std::vector<table> tables;
    const engine::few_people few =
        engine::few_between(first.rules, first.sets.front(), variants_[1].sets.front());
    std::size_t hidden = 0;
    for (const variant& v : variants_) {
      engine::scored_table scored = engine::score_table(v.rules, v.rows, request_, v.sets,
                                                        engine::hidden_by_choice(v.rules, few));
      hidden += scored.hidden_cells;
      tables.push_back(std::move(scored.result));
    }
    return noted(
        {engine::side_by_side(variants_rules(), std::move(tables), request_.sets.front().size()),
         hidden});
  }

  /// Says why cells are empty.
  [[nodiscard]] table noted(engine::scored_table scored) const {
    if (scored.hidden_cells > 0 && !may_count_rows())
      scored.result.notes.push_back("hidden cells: " + std::to_string(scored.hidden_cells) +
                                    "; definition " + effective().label() +
                                    " is anonymous, and a cell is hidden if it has fewer than " +
                                    std::to_string(effective().file().minimum_respondents) +
                                    " respondents, or if one that has could be computed from it");
    return std::move(scored.result);
  }

  /// Under an anonymous definition the number of all rows would count those of hidden cells.
  [[nodiscard]] bool may_count_rows() const {
    return effective().file().confidentiality == confidentiality::identified;
  }

  [[nodiscard]] std::vector<const definition*> variants_rules() const {
    std::vector<const definition*> rules;
    for (const variant& v : variants_) rules.push_back(&v.rules);
    return rules;
  }

  /// What the rows of an accepted batch were.
  void count(std::size_t input_rows) {
    const engine::input& rows = variants_.front().rows;
    row_count_ += input_rows;
    rejected_count_ += rows.rejects().size();
    for (const rejected_row& r : rows.rejects()) ++rejects_by_reason_[r.reason];
    const engine::key_column& items = rows.items();
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (!rows.kept(row)) continue;
      const std::uint64_t answers = all_answers(rows.totals()[row]);
      kept_count_ += answers;
      if (rows.item(items[row])) continue;
      extra_count_ += answers;
      extra_items_.insert(items[row]);
    }
  }
  /// Those that do not count as well.
  static std::uint64_t all_answers(const unit_totals& t) {
    std::uint64_t answers = t.answers;
    for (const std::uint32_t excluded : t.excluded) answers += excluded;
    return answers;
  }

  [[nodiscard]] std::string extra_in_words() const {
    const engine::key_column& items = variants_.front().rows.items();
    std::set<std::string_view> names;  // sorted, so that the order of rows changes no byte
    for (const std::uint32_t item : extra_items_) names.insert(items.text(item));
    std::string list;
    std::size_t shown = 0;
    for (const std::string_view name : names)
      if (++shown <= 10) list += (shown == 1 ? "" : ", ") + detail::in_quotes(name);
    return "items outside definition " + effective().label() + " (" + list +
           (shown > 10 ? ", ..." : "") + ")";
  }

  [[nodiscard]] std::string rejects_in_words() const {
    std::string list;
    for (const auto& [reason, count] : rejects_by_reason_)
      list += (list.empty() ? "" : ", ") + reason + " " + std::to_string(count);
    return list;
  }

  /// Whether items outside the definition can have rows of their own.
  [[nodiscard]] bool scored_apart() const {
    return request_.question == engine::question::score ||
           request_.question == engine::question::timeline;
  }

  /// Touchpoints are something to answer for, though none was answered; not to compare or explain.
  void require_something() const {
    const bool touchpoints = scored_apart() && form_ && touchpoints_.any_selected();
    if (row_count_ > 0 && row_count_ == rejected_count_)
      throw error(errc::invalid_data, "all rows were rejected: " + rejects_in_words());
    if (row_count_ == 0 && !touchpoints)
      throw error(errc::invalid_data, "there are no rows, so there is nothing to score");
    if (request_.question == engine::question::timeline) return;
    if (kept_count_ == 0 && !touchpoints)
      throw error(errc::invalid_data, "none of the " + std::to_string(row_count_) +
                                          " rows meets the conditions (where)");
    // A file in which no item is known was made for another definition.
    if (kept_count_ > 0 && extra_count_ == kept_count_)
      throw error(errc::invalid_data, "all answers are to " + extra_in_words());
  }

  void require_whole() const {
    if (!whole_)
      throw error(errc::invalid_argument, "a push broke off, so the query can only be destroyed");
  }
  void require_usable() const {
    require_whole();
    if (finished_) throw error(errc::invalid_argument, "the query is finished");
  }

  engine::query_document request_;
  std::set<std::string, std::less<>> names_;  // of columns that may be read
  std::optional<time_zone> zone_;
  engine::touchpoint_table touchpoints_;
  engine::wide_form wide_;
  std::optional<row_form> form_;  // once there are rows
  std::deque<variant> variants_;  // one, but for choices; others refer to them
  std::uint64_t row_count_ = 0;
  std::uint64_t kept_count_ = 0;
  std::uint64_t extra_count_ = 0;
  std::uint64_t rejected_count_ = 0;
  std::map<std::string, std::uint64_t> rejects_by_reason_;
  std::set<std::uint32_t> extra_items_;
  bool whole_ = true;
  bool finished_ = false;
};

query::query(const definition& d, std::string_view document)
    : state_(std::make_unique<state>(d, document)) {}
query::~query() = default;
query::query(query&&) noexcept = default;
query& query::operator=(query&&) noexcept = default;

const definition& query::effective() const { return state_->effective(); }

bool query::may_read(std::string_view column) const { return state_->may_read(column); }

void query::push_touchpoints(const batch& rows) { state_->push_touchpoints(rows); }

std::vector<rejected_row> query::push_feedback(const batch& rows) {
  return state_->push_feedback(rows);
}

void query::push_ledger(const ledger& from) { state_->push_ledger(from); }

void query::keep_ledger() { state_->keep_ledger(); }

ledger query::saved_ledger() const { return state_->saved_ledger(); }

table query::finish() { return state_->finish(); }

}  // namespace xqs
