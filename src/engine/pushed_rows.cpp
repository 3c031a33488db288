#include "engine/pushed_rows.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <variant>

#include "engine/choices.hpp"
#include "engine/gate.hpp"
#include "engine/ledger_rows.hpp"
#include "engine/score_question.hpp"
#include "engine/text_check.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs::engine {
namespace {

/// No tzdata is read unless a zone is named.
std::optional<time_zone> zone_of(const query_document& request) {
  if (request.time_zone.empty()) return std::nullopt;
  return time_zone::named(request.time_zone);
}

error no_names() {
  return {errc::invalid_argument,
          "a ledger needs a column respondent, which is none of the groups"};
}

/// Those that do not count as well.
std::uint64_t all_answers(const unit_totals& t) {
  std::uint64_t answers = t.answers;
  for (const std::uint32_t excluded : t.excluded) answers += excluded;
  return answers;
}

/// The only set to which rows are added, if there is but one.
cell_set* only_one_to_add_to(const std::vector<cell_set*>& sets) {
  cell_set* only = nullptr;
  for (cell_set* const set : sets) {
    if (set->is_rolled_up()) continue;
    if (only != nullptr) return nullptr;
    only = set;
  }
  return only;
}

bool has_fewer_groups(const cell_set* a, const cell_set* b) {
  return a->by().size() < b->by().size();
}

}  // namespace

pushed_rows::variant::variant(definition d, const query_document& request,
                              touchpoint_table& touchpoints, const time_zone* zone)
    : rules(std::move(d)), rows(rules, request, touchpoints, zone) {
  // Beside compared groups the whole only decides what may be shown, and whether they name one
  // population, and refuses missing units of a column that may be one of the groups.
  const bool unit_is_column =
      request.unit != "respondent" && request.unit != "response" && request.unit != "row";
  const bool first_only = request.question == question::compare && shows_all(rules) &&
                          !unit_is_column &&
                          !std::holds_alternative<std::string>(request.population);
  for (const std::vector<std::string>& by : request.groupings)
    if (sets.empty() || !first_only) sets.emplace_back(rules, request, by);
}

void pushed_rows::variant::check(const long_rows& from, crew& lanes) {
  const std::vector<cell_set*> all = all_sets();
  rows.begin(from, lanes);
  const cell_set& finest = **std::max_element(all.begin(), all.end(), has_fewer_groups);
  for (cell_set* const set : all) set->begin(rows, finest, lanes.size());
  added_.assign(blocks_of(from.rows.rows), {});
  const bool adds_at_once =
      added_.size() > 1 && rows.has_no_further_checks() &&
      std::all_of(all.begin(), all.end(), [&](const cell_set* s) { return s->adds_at_once(rows); });
  for (cell_set* const set : all)
    if (adds_at_once) set->begin_at_once();
  standing_set_ = adds_at_once && !meets_rare ? only_one_to_add_to(all) : nullptr;
  if (standing_set_ != nullptr && !standing_set_->adds_standing(rows)) standing_set_ = nullptr;
  meets_new = for_blocks(
      lanes, from.rows.rows,
      [&](std::size_t lane, row_range block) {
        if (add_standing(lane, block)) return true;
        bool all_known = rows.look_up(lane, block);
        for (cell_set* const set : all) all_known = all_known && set->look_up(block);
        if (all_known && adds_at_once && rows.are_common(lane, block))
          add_at_once(lane, block, all);
        return all_known;
      },
      [&](row_range block) {
        rows.learn(block);
        for (cell_set* const set : all) set->learn(block);
      },
      meets_new);
  meets_rare = rows.have_rare_codes();
  if (meets_rare) number_added(lanes);
  rows.end();
  if (!rows.plain()) number_added(lanes);
  for (cell_set* const set : all) set->check(rows);
  if (!from.totals) rows.check_duplicates();
  for (const cell_set& set : sets)
    if (from.totals && !set.has_names()) throw no_names();
  if (!rows.plain()) rows.number_items();
}

/// Adds a block, or its first rows, where they stand: whether that was all. Else the block is
/// looked up as if none were added.
bool pushed_rows::variant::add_standing(std::size_t lane, row_range block) {
  if (standing_set_ == nullptr || !rows.have_common_items(block)) return false;
  const std::size_t count = standing_set_->add_standing(lane, rows, block);
  note_added(lane, block, count);
  return count == block.size();
}

/// Adds what is left of a block that was looked up, if there is room.
void pushed_rows::variant::add_at_once(std::size_t lane, row_range block,
                                       const std::vector<cell_set*>& all) {
  const row_range left{block.first + added_[block.first / block_rows].count, block.last};
  const auto has_room = [&](cell_set* set) { return set->make_room(lane, rows, left); };
  if (!std::all_of(all.begin(), all.end(), has_room)) return;
  note_added(lane, block, block.size());
  for (cell_set* const set : all) set->add_at_once(lane, rows, left);
}

void pushed_rows::variant::note_added(std::size_t lane, row_range block, std::size_t count) {
  added_[block.first / block_rows] = {static_cast<std::uint16_t>(count),
                                      static_cast<std::uint16_t>(lane)};
}

/// Looks up rows that were added where they stood, once: from now on somebody may ask for them. Of
/// their blocks only these are sure to be known.
void pushed_rows::variant::number_added(crew& lanes) {
  if (standing_set_ == nullptr) return;
  lanes.for_each(added_.size(), [&](std::size_t lane, std::size_t b) {
    const std::size_t first = block_of(rows.rows(), b).first;
    const row_range known{first, first + added_[b].count};
    if (known.size() > 0 && rows.look_up(lane, known)) (void)standing_set_->look_up(known);
  });
  standing_set_ = nullptr;
}

void pushed_rows::variant::take_back(crew& lanes) {
  number_added(lanes);
  const bool any = std::any_of(added_.begin(), added_.end(),
                               [](const rows_added& some) { return some.count > 0; });
  for (cell_set* const set : all_sets())
    if (any) set->take_back(rows, added_);
  added_.clear();
}

void pushed_rows::variant::add(crew& lanes) {
  for (cell_set* const set : all_sets()) set->add(rows, lanes, added_);
  added_.clear();
  rows.accept();
}

std::vector<cell_set*> pushed_rows::variant::all_sets() {
  std::vector<cell_set*> all;
  for (cell_set& set : sets) all.push_back(&set);
  if (kept) all.push_back(&*kept);
  return all;
}

pushed_rows::pushed_rows(const definition& d, const query_document& request)
    : request_(request),
      zone_(zone_of(request)),
      touchpoints_(request, zone()),
      lanes_(request.threads) {
  if (request_.choices)
    for (definition& variant : choices_of(d, request_)) add_variant(std::move(variant));
  else
    add_variant(effective_definition(d, request_));
}

void pushed_rows::push_touchpoints(const batch& rows) {
  if (row_count_ > 0 || rejected_count_ > 0)
    throw error(errc::invalid_argument, "touchpoints come before the first feedback");
  require_utf8(rows, lanes_);
  touchpoints_.read(rows);
}

std::vector<rejected_row> pushed_rows::push_feedback(const batch& rows) {
  if (request_.question == question::timeline && !touchpoints_.given())
    throw error(errc::invalid_argument, "a timeline needs touchpoints, before the feedback");
  const bool wide = is_wide(rows);
  push(wide ? row_form::by_response : row_form::by_answer, rows.rows, [&] {
    if (!wide) return long_rows{.rows = rows};
    require_utf8(rows, lanes_);
    return wide_.to_long(rows, lanes_);
  });
  std::vector<rejected_row> rejects = variants_.front().rows.rejects();
  std::sort(rejects.begin(), rejects.end(),
            [](const rejected_row& a, const rejected_row& b) { return a.row < b.row; });
  return rejects;
}

void pushed_rows::push_ledger(const ledger& from) {
  require_ledgers();
  if (touchpoints_.given())
    throw error(errc::invalid_argument, "a ledger is of no touchpoints; push it without them");
  if (!request_.time_zone.empty())
    throw error(errc::invalid_argument,
                "a ledger has the periods of the zone it was saved with; ask without a time zone");
  if (from.empty()) return;
  detail::require_same(state_identity(effective()), from.identity());
  const ledger_rows rows(from, effective(), actual_name("respondent"), actual_name("item"));
  push(row_form::ledger, from.entries().size(), [&] { return rows.view(); });
}

void pushed_rows::keep_ledger() {
  require_ledgers();
  if (row_count_ > 0) throw error(errc::invalid_argument, "a ledger is kept from the first row on");
  std::vector<std::string> by;
  for (const std::vector<std::string>& grouping : request_.groupings)
    for (const std::string& name : grouping)
      if (name != "item" && name != "feedback.item" &&
          std::find(by.begin(), by.end(), name) == by.end())
        by.push_back(name);
  by.emplace_back("feedback.item");
  variant& only = variants_.front();
  only.kept.emplace(only.rules, request_, by);
  only.kept->keep_ledger();
  only.rows.keep_items();
}

ledger pushed_rows::saved_ledger() {
  variant& only = variants_.front();
  require_whole();
  if (!only.kept)
    throw error(errc::invalid_argument, "no ledger was kept: call keep_ledger before the rows");
  if (row_count_ > 0 && !only.kept->has_names()) throw no_names();
  only.kept->settle(only.rows, lanes_);
  return only.kept->named_ledger(only.rows);
}

/// Adds the rows that `make` makes, or nothing of them.
template <typename Make>
void pushed_rows::push(row_form form, std::size_t input_rows, Make make) {
  whole_ = false;  // what stops half-way, for want of memory say, would leave a part behind
  long_rows rows;
  try {
    require_form(form);
    rows = make();
    check(rows);
  } catch (const error&) {
    for (variant& v : variants_) v.take_back(lanes_);
    whole_ = true;  // the batch is refused whole
    throw;
  }
  for (variant& v : variants_) v.add(lanes_);
  whole_ = true;
  form_ = form;
  count(input_rows);
}

/// All variants meet the keys of a refused batch, too: their cells are compared by number.
void pushed_rows::check(const long_rows& rows) {
  std::exception_ptr refusal;
  for (variant& v : variants_) {
    try {
      v.check(rows, lanes_);
    } catch (const error&) {
      if (!refusal) refusal = std::current_exception();
    }
  }
  if (refusal) std::rethrow_exception(refusal);
}

void pushed_rows::require_form(row_form form) const {
  constexpr const char* words[] = {"are in long form, a row per answer",
                                   "are in wide form, a row per response", "are a ledger"};
  if (form_ && form != *form_)
    throw error(errc::invalid_data,
                std::string("these rows ") + words[static_cast<std::size_t>(form)] +
                    ", and the rows before " + words[static_cast<std::size_t>(*form_)]);
}

/// A ledger has the totals of respondents, and no single answers.
void pushed_rows::require_ledgers() const {
  if (request_.unit != "respondent")
    throw error(errc::invalid_argument,
                "ledgers are saved and read for the unit respondent, not for " +
                    detail::in_quotes(request_.unit));
  if (request_.question == question::timeline || request_.choices)
    throw error(errc::invalid_argument,
                "a timeline and choices need single answers, which a ledger has not");
}

std::string pushed_rows::actual_name(const std::string& standard) const {
  const auto mapped = request_.columns.find(standard);
  return mapped == request_.columns.end() ? standard : mapped->second;
}

void pushed_rows::add_variant(definition d) {
  variants_.emplace_back(std::move(d), request_, touchpoints_, zone());
}

/// What the rows of an accepted batch were.
void pushed_rows::count(std::size_t input_rows) {
  const input& rows = variants_.front().rows;
  row_count_ += input_rows;
  rejected_count_ += rows.rejects().size();
  for (const rejected_row& r : rows.rejects()) ++rejects_by_reason_[r.reason];
  if (rows.plain() && form_ != row_form::ledger) {
    kept_count_ += rows.rows();
    return;
  }
  const key_column& items = rows.items();
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (!rows.kept(row)) continue;
    const std::uint64_t answers = all_answers(rows.totals(row));
    kept_count_ += answers;
    if (rows.item(items[row])) continue;
    extra_count_ += answers;
    extra_items_.insert(items[row]);
  }
}

std::string pushed_rows::extra_in_words() const {
  const key_column& items = variants_.front().rows.items();
  std::set<std::string_view> names;  // sorted, so that the order of rows changes no byte
  for (const std::uint32_t item : extra_items_) names.insert(items.text(item));
  std::string list;
  std::size_t shown = 0;
  for (const std::string_view name : names)
    if (++shown <= 10) list += (shown == 1 ? "" : ", ") + detail::in_quotes(name);
  return "items outside definition " + effective().label() + " (" + list +
         (shown > 10 ? ", ..." : "") + ")";
}

std::string pushed_rows::rejects_in_words() const {
  std::string list;
  for (const auto& [reason, count] : rejects_by_reason_)
    list += (list.empty() ? "" : ", ") + reason + " " + std::to_string(count);
  return list;
}

/// Whether items outside the definition can have rows of their own.
bool pushed_rows::scored_apart() const {
  return request_.question == question::score || request_.question == question::timeline;
}

/// Touchpoints are something to answer for, though none was answered; not to compare or explain.
void pushed_rows::require_something() const {
  const bool touchpoints = scored_apart() && form_ && touchpoints_.any_selected();
  if (row_count_ > 0 && row_count_ == rejected_count_)
    throw error(errc::invalid_data, "all rows were rejected: " + rejects_in_words());
  if (row_count_ == 0 && !touchpoints)
    throw error(errc::invalid_data, "there are no rows, so there is nothing to score");
  if (request_.question == question::timeline) return;
  if (kept_count_ == 0 && !touchpoints)
    throw error(errc::invalid_data,
                "none of the " + std::to_string(row_count_) + " rows meets the conditions (where)");
  // A file in which no item is known was made for another definition.
  if (kept_count_ > 0 && extra_count_ == kept_count_)
    throw error(errc::invalid_data, "all answers are to " + extra_in_words());
}

void pushed_rows::require_whole() const {
  if (!whole_)
    throw error(errc::invalid_argument, "a push broke off, so the query can only be destroyed");
}

std::vector<std::string> pushed_rows::notes() const {
  std::vector<std::string> notes;
  if (extra_count_ > 0)
    notes.push_back(
        "extra answers" +
        (may_be_counted() ? ": " + std::to_string(extra_count_) + ", to " : std::string(" to ")) +
        extra_in_words() +
        (scored_apart() ? "; they are scored apart, and only where items are told apart"
                        : "; they are left out"));
  if (rejected_count_ > 0)
    notes.push_back("rejected rows: " + std::to_string(rejected_count_) +
                    (may_be_counted() ? " of " + std::to_string(row_count_) : "") + "; " +
                    rejects_in_words());
  return notes;
}

void pushed_rows::settle() {
  for (variant& v : variants_)
    for (cell_set& set : v.sets) {
      set.settle(v.rows, lanes_);
      set.count_touchpoints(v.rows);
    }
  for (variant& v : variants_)
    for (cell_set& set : v.sets) set.roll_up(v.rows);
}

}  // namespace xqs::engine
