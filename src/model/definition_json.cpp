#include "xqs/model/definition_json.hpp"

#include <array>
#include <fstream>

#include "json/value.hpp"
#include "presets.hpp"

namespace xqs {
namespace {

using json::node;

rating read_rating(const node& n) {
  n.allow_only({"min", "max", "step", "origin", "best"});
  rating r{.min = n.at("min").decimal(), .max = n.at("max").decimal()};
  if (const auto step = n.find("step")) r.step = step->decimal();
  if (const auto origin = n.find("origin")) r.origin = origin->choice<scale_origin>();
  if (const auto best = n.find("best")) r.best = best->choice<best_end>();
  return r;
}

decimal read_code(const std::string& key, const node& n) {
  const auto code = decimal::parse(key);
  if (!code || code->text() != key)
    n.fail(detail::json_string(key) + " is not a number written plainly");
  return *code;
}

points_table read_points(const node& n) {
  points_table table;
  for (const auto& [key, points] : n.members())
    table.points.emplace_back(read_code(key, points), points.decimal());
  return table;
}

top_box read_top_box(const node& n) {
  n.allow_only({"min", "max", "top"});
  return {n.at("min").decimal(), n.at("max").decimal(),
          static_cast<int>(n.at("top").integer(1, 10'000))};
}

scale read_scale(const node& n) {
  n.allow_only({"rating", "points", "top_box"});
  const auto kinds = n.members();
  if (kinds.size() != 1) n.fail("needs exactly one of rating, points, top_box");
  const auto& [kind, content] = kinds.front();
  if (kind == "rating") return read_rating(content);
  if (kind == "points") return read_points(content);
  return read_top_box(content);
}

localized read_localized(const node& n) {
  localized texts;
  for (const auto& [language, text] : n.members()) texts[language] = text.text();
  return texts;
}

std::map<decimal, missing_value> read_missing(const node& n) {
  std::map<decimal, missing_value> missing;
  for (const auto& [key, kind] : n.members())
    missing[read_code(key, kind)] = kind.choice<missing_value>();
  return missing;
}

item read_item(const node& n) {
  n.allow_only({"id", "title", "question", "weight"});
  item i{.id = n.at("id").text()};
  if (const auto title = n.find("title")) i.title = read_localized(*title);
  if (const auto weight = n.find("weight")) i.weight = weight->decimal();
  if (const auto question = n.find("question")) {
    question->allow_only({"requirement", "satisfaction"});
    if (const auto text = question->find("requirement"))
      i.requirement_question = read_localized(*text);
    if (const auto text = question->find("satisfaction"))
      i.satisfaction_question = read_localized(*text);
  }
  return i;
}

band read_band(const node& n) {
  n.allow_only({"id", "title", "to"});
  band b{.id = n.at("id").text()};
  if (const auto to = n.find("to")) b.to = to->decimal();
  if (const auto title = n.find("title")) b.title = read_localized(*title);
  return b;
}

template <typename Read>
auto read_list(const node& n, Read read) {
  std::vector<decltype(read(n))> values;
  for (const node& element : n.elements()) values.push_back(read(element));
  return values;
}

void read_options(const node& n, definition_file& file) {
  const auto choice = [&]<typename Choice>(std::string_view key, Choice& target) {
    if (const auto found = n.find(key)) target = found->choice<Choice>();
  };
  choice("extra_items", file.extra_items);
  choice("estimator", file.estimator);
  choice("zero_requirement", file.zero_requirement);
  choice("over_fulfilment", file.over_fulfilment);
  choice("confidentiality", file.confidentiality);
  if (const auto found = n.find("interval")) file.interval = found->choice<interval_method>();
  if (const auto found = n.find("level")) file.level = found->decimal();
  const auto integer = [&](std::string_view key, int& target, int min, int max) {
    if (const auto found = n.find(key)) target = static_cast<int>(found->integer(min, max));
  };
  integer("weight_places", file.weight_places, 0, 6);
  integer("minimum_respondents", file.minimum_respondents, 1, 1'000'000);
  integer("minimum_for_verdict", file.minimum_for_verdict, 1, 1'000'000);
}

definition_file read_definition(const node& n) {
  n.allow_only({"xqs", "name", "version", "title", "requirement", "satisfaction", "missing",
                "items", "extra_items", "estimator", "interval", "level", "zero_requirement",
                "over_fulfilment", "weight_places", "confidentiality", "minimum_respondents",
                "minimum_for_verdict", "bands"});
  (void)n.at("xqs").integer(1, 1);  // the version of the format
  definition_file file{.name = n.at("name").text(),
                       .version = n.at("version").text(),
                       .requirement = read_scale(n.at("requirement")),
                       .satisfaction = read_scale(n.at("satisfaction")),
                       .items = read_list(n.at("items"), read_item)};
  if (const auto title = n.find("title")) file.title = read_localized(*title);
  if (const auto missing = n.find("missing")) file.missing = read_missing(*missing);
  if (const auto bands = n.find("bands")) file.bands = read_list(*bands, read_band);
  read_options(n, file);
  return file;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  for (std::array<char, 65'536> block; in.read(block.data(), block.size()) || in.gcount() > 0;)
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
  if (!in.eof() || in.bad()) throw error(errc::invalid_definition, "cannot be read");
  return text;
}

}  // namespace

definition parse_definition(std::string_view json) {
  constexpr errc code = errc::invalid_definition;
  const json::value root = json::parse(json, code);
  return definition(read_definition(node(root, "$", code)));
}

definition load_definition(const std::string& path) {
  try {
    return parse_definition(read_file(path));
  } catch (const error& problem) {
    throw error(problem.code(), path + ": " + problem.what());
  }
}

definition preset(std::string_view name) {
  std::string known;
  for (const auto& [preset_name, json] : detail::presets) {
    if (preset_name == name) return parse_definition(json);
    known += (known.empty() ? "" : ", ") + std::string(preset_name);
  }
  throw error(errc::invalid_argument, "there is no preset \"" + std::string(name) +
                                          "\"; presets are " + known +
                                          " (a definition file has a / or ends in .json)");
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  names.reserve(detail::presets.size());
  for (const auto& [name, json] : detail::presets) names.push_back(name);
  return names;
}

}  // namespace xqs
