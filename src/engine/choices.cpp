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

std::set<std::uint32_t> hidden_by_choice(const definition& choice,
                                         const cell_set::few_people& few) {
  std::set<std::uint32_t> hidden;
  if (choice.file().zero_requirement == zero_requirement::keep) hidden = few.zero_requirement;
  if (choice.file().over_fulfilment == over_fulfilment::cap)
    hidden.insert(few.over_fulfilment.begin(), few.over_fulfilment.end());
  return hidden;
}

table side_by_side(const std::vector<const definition*>& choices, std::vector<table> tables,
                   std::size_t group_columns) {
  table result;
  result.notes = tables.front().notes;
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
      std::vector<cell>& cells = tables[i].rows[row];
      cells.insert(cells.begin() + place, names.begin(), names.end());
      result.rows.push_back(std::move(cells));
    }
  return result;
}

}  // namespace xqs::engine
