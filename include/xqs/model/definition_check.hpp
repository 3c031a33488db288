#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xqs/detail/canonical_json.hpp"
#include "xqs/detail/dictionary.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/detail/utf8.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_file.hpp"

/// The rules a definition file must keep, each error naming the JSON path.
namespace xqs::detail {

[[noreturn]] inline void bad_definition(const std::string& path, const std::string& message) {
  throw error(errc::invalid_definition, path + ": " + message);
}

/// Calls `function` and puts `path` before the message of an invalid definition.
template <typename Function, typename... Arguments>
auto at_path(const std::string& path, Function function, const Arguments&... arguments) {
  try {
    return function(arguments...);
  } catch (const error& problem) {
    throw error(errc::invalid_definition, path + problem.what());
  }
}

inline bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

inline void check_text(const std::string& path, std::string_view text) {
  if (utf8_error_at(text) != std::string_view::npos) bad_definition(path, "is not valid UTF-8");
}

inline void check_id(const std::string& path, std::string_view id) {
  check_text(path, id);
  if (id.empty()) bad_definition(path, "must not be empty");
  for (const char c : id)
    if (is_control(c)) bad_definition(path, "must not hold control characters");
}

/// Names and versions are printed as name@version#fingerprint, so their characters are few.
inline void check_name(const std::string& path, std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (name.empty() || name.find_first_not_of(allowed) != std::string_view::npos)
    bad_definition(path, "must consist of letters, digits, '_', '.' and '-'");
}

inline void check_localized(const std::string& path, const localized& texts) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  for (const auto& [language, text] : texts) {
    if (language.empty() || language.find_first_not_of(allowed) != std::string::npos)
      bad_definition(path, json_string(language) + " is not a language tag such as \"en\"");
    check_text(path + "." + language, text);
  }
}

inline void check_items(const std::vector<item>& items) {
  if (items.empty()) bad_definition("$.items", "needs at least one item");
  dictionary ids;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = "$.items[" + std::to_string(i) + "]";
    check_id(path + ".id", items[i].id);
    if (ids.intern(items[i].id) != i)
      bad_definition(path + ".id", in_quotes(items[i].id) + " occurs twice");
    if (items[i].weight <= decimal()) bad_definition(path + ".weight", "must be positive");
    check_localized(path + ".title", items[i].title);
    check_localized(path + ".question.requirement", items[i].requirement_question);
    check_localized(path + ".question.satisfaction", items[i].satisfaction_question);
  }
}

inline void check_bands(const std::vector<band>& bands) {
  if (bands.empty()) bad_definition("$.bands", "needs at least one band");
  dictionary ids;
  decimal lower;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const std::string path = "$.bands[" + std::to_string(i) + "]";
    check_id(path + ".id", bands[i].id);
    if (ids.intern(bands[i].id) != i)
      bad_definition(path + ".id", in_quotes(bands[i].id) + " occurs twice");
    check_localized(path + ".title", bands[i].title);
    const bool last = i + 1 == bands.size();
    if (last && bands[i].to)
      bad_definition(path + ".to", "the last band is open above and has no \"to\"");
    if (last) continue;
    if (!bands[i].to) bad_definition(path, "needs a \"to\"; only the last band is open above");
    if (*bands[i].to <= lower)
      bad_definition(path + ".to", (i == 0 ? "" : "bands overlap: ") + bands[i].to->text() +
                                       " is not above " + lower.text());
    lower = *bands[i].to;
  }
}

inline void check_missing(const definition_file& file) {
  for (const scale* side : {&file.requirement, &file.satisfaction}) {
    const std::string path = side == &file.requirement ? "$.requirement" : "$.satisfaction";
    for (const scale_value& v : at_path(path, scale_values, *side))
      if (file.missing.contains(v.code))
        bad_definition("$.missing[\"" + v.code.text() + "\"]", "is also a code of " + path);
  }
}

inline void check_options(const definition_file& file) {
  if (file.level <= decimal() || file.level >= decimal(1))
    bad_definition("$.level", "must be above 0 and below 1, for instance 0.95");
  if (file.weight_places < 0 || file.weight_places > 6)
    bad_definition("$.weight_places", "must be 0 (no weights) to 6");
  if (file.minimum_respondents < 1) bad_definition("$.minimum_respondents", "must be at least 1");
  if (file.minimum_for_verdict < 1) bad_definition("$.minimum_for_verdict", "must be at least 1");
  if (file.weight_places > 0 && file.estimator == estimator::respondent_mean)
    bad_definition("$.estimator", "a weighted definition has no respondent_mean");
  if (file.interval == interval_method::fieller && file.estimator != estimator::pooled)
    bad_definition("$.interval", "fieller needs the pooled estimator; use delta");
}

inline void check(const definition_file& file) {
  check_name("$.name", file.name);
  check_name("$.version", file.version);
  check_localized("$.title", file.title);
  check_missing(file);
  check_items(file.items);
  check_bands(file.bands);
  check_options(file);
}

}  // namespace xqs::detail
