#include "engine/choices.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace xqs::engine {

std::vector<definition> choices_of(const definition& d, const query_document& request) {
  std::vector<definition> choices;
  for (const estimator e : {estimator::pooled, estimator::item_mean, estimator::respondent_mean}) {
    if (e == estimator::respondent_mean && d.weighted()) continue;  // there is none with weights
    for (const over_fulfilment over : {over_fulfilment::count, over_fulfilment::cap})
      for (const zero_requirement zero : {zero_requirement::keep, zero_requirement::exclude}) {
        definition_file file = d.file();
        if (e != file.estimator) file.interval.reset();
        file.estimator = e;
        file.over_fulfilment = over;
        file.zero_requirement = zero;
        if (request.level) file.level = *request.level;
        choices.emplace_back(std::move(file));
      }
  }
  return choices;
}

std::vector<table::heading> choice_headings() {
  return {{"estimator", column_type::text},
          {"over_fulfilment", column_type::text},
          {"zero_requirement", column_type::text}};
}

namespace {

/// People of each cell whose answers count.
std::vector<std::uint64_t> counted_people(const cell_set& set) {
  std::vector<std::uint64_t> people(set.cell_count());
  for (const presence& p : set.presences())
    if (p.counted) ++people[p.cell];
  return people;
}

}  // namespace

few_people few_between(const definition& d, const cell_set& keep, const cell_set& exclude) {
  const auto few = [&](std::uint64_t people) { return people > 0 && !may_show(d, people); };
  const std::vector<std::uint64_t> with = counted_people(keep);
  const std::vector<std::uint64_t> without = counted_people(exclude);
  few_people result;
  for (std::uint32_t cell = 0; cell < exclude.cell_count(); ++cell) {
    if (few(exclude.choices().zero_requirement.count(cell)) ||
        few(exclude.choices().zero_of_weight.count(cell)) ||
        few(keep.choices().without_requirement.count(cell)) || few(with[cell] - without[cell]))
      result.keep.insert(cell);
    if (few(exclude.choices().beyond_requirement.count(cell))) result.cap.insert(cell);
  }
  return result;
}

std::set<std::uint32_t> hidden_by_choice(const definition& choice, const few_people& few) {
  std::set<std::uint32_t> hidden;
  if (choice.file().zero_requirement == zero_requirement::keep) hidden = few.keep;
  if (choice.file().over_fulfilment == over_fulfilment::cap)
    hidden.insert(few.cap.begin(), few.cap.end());
  return hidden;
}

table side_by_side(const std::vector<const definition*>& choices, const std::vector<table>& tables,
                   std::size_t group_columns) {
  table result;
  result.columns = tables.front().columns;
  const auto place = static_cast<std::ptrdiff_t>(group_columns);
  const std::vector<table::heading> headings = choice_headings();
  result.columns.insert(result.columns.begin() + place, headings.begin(), headings.end());
  for (std::size_t row = 0; row < tables.front().rows.size(); ++row)
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const definition_file& file = choices[i]->file();
      const std::vector<cell> names = {std::string(name_of(file.estimator)),
                                       std::string(name_of(file.over_fulfilment)),
                                       std::string(name_of(file.zero_requirement))};
      std::vector<cell> cells = tables[i].rows[row];
      cells.insert(cells.begin() + place, names.begin(), names.end());
      result.rows.push_back(cells);
    }
  return result;
}

}  // namespace xqs::engine
