#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/detail/canonical_json.hpp"
#include "xqs/detail/sha256.hpp"
#include "xqs/model/definition_file.hpp"

namespace xqs {

/// The first 128 bits of the SHA-256 of a canonical JSON text; all zero: none.
struct fingerprint {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static fingerprint of(std::string_view canonical_json) {
    const auto digest = detail::sha256(canonical_json);
    fingerprint result;
    std::copy_n(digest.begin(), result.bytes.size(), result.bytes.begin());
    return result;
  }
  /// 32 lower-case hex digits.
  [[nodiscard]] std::string hex() const {
    std::string text;
    for (const std::uint8_t byte : bytes) {
      text += "0123456789abcdef"[byte >> 4u];
      text += "0123456789abcdef"[byte & 15u];
    }
    return text;
  }
  friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

namespace detail {

template <typename Choice>
std::string json_choice(Choice choice) {
  return json_string(name_of(choice));
}

inline std::string json_localized(const localized& texts) {
  json_members members;
  for (const auto& [language, text] : texts) members[language] = json_string(text);
  return json_object(members);
}

inline std::string json_scale(const rating& r) {
  return json_object({{"rating", json_object({{"min", r.min.text()},
                                              {"max", r.max.text()},
                                              {"step", r.step.text()},
                                              {"origin", json_choice(r.origin)},
                                              {"best", json_choice(r.best)}})}});
}

inline std::string json_scale(const points_table& table) {
  json_members members;
  for (const auto& [code, points] : table.points) members[code.text()] = points.text();
  return json_object({{"points", json_object(members)}});
}

inline std::string json_scale(const top_box& box) {
  return json_object({{"top_box", json_object({{"min", box.min.text()},
                                               {"max", box.max.text()},
                                               {"top", std::to_string(box.top)}})}});
}

inline std::string json_scale(const scale& s) {
  if (const auto* r = std::get_if<rating>(&s)) return json_scale(*r);
  if (const auto* table = std::get_if<points_table>(&s)) return json_scale(*table);
  return json_scale(std::get<top_box>(s));
}

inline std::string json_missing(const definition_file& file) {
  json_members members;
  for (const auto& [code, kind] : file.missing) members[code.text()] = json_choice(kind);
  return json_object(members);
}

inline std::string json_item(const item& i) {
  return json_object(
      {{"id", json_string(i.id)},
       {"title", json_localized(i.title)},
       {"question", json_object({{"requirement", json_localized(i.requirement_question)},
                                 {"satisfaction", json_localized(i.satisfaction_question)}})},
       {"weight", i.weight.text()}});
}

inline std::string json_band(const band& b) {
  json_members members = {{"id", json_string(b.id)}, {"title", json_localized(b.title)}};
  if (b.to) members["to"] = b.to->text();
  return json_object(members);
}

/// What changes a tally besides the items.
inline json_members tally_members(const definition_file& file) {
  return {{"requirement", json_scale(file.requirement)},
          {"satisfaction", json_scale(file.satisfaction)},
          {"missing", json_missing(file)},
          {"zero_requirement", json_choice(file.zero_requirement)},
          {"over_fulfilment", json_choice(file.over_fulfilment)},
          {"weight_places", std::to_string(file.weight_places)}};
}

}  // namespace detail

/// The complete definition, defaults filled in, as RFC 8785 canonical JSON: a definition file.
[[nodiscard]] inline std::string canonical_json(const definition_file& file,
                                                interval_method interval) {
  detail::json_members members = detail::tally_members(file);
  members["xqs"] = "1";
  members["name"] = detail::json_string(file.name);
  members["version"] = detail::json_string(file.version);
  members["title"] = detail::json_localized(file.title);
  members["items"] = detail::json_list(file.items, detail::json_item);
  members["extra_items"] = detail::json_choice(file.extra_items);
  members["estimator"] = detail::json_choice(file.estimator);
  members["interval"] = detail::json_choice(interval);
  members["level"] = file.level.text();
  members["confidentiality"] = detail::json_choice(file.confidentiality);
  members["minimum_respondents"] = std::to_string(file.minimum_respondents);
  members["minimum_for_verdict"] = std::to_string(file.minimum_for_verdict);
  members["bands"] = detail::json_list(file.bands, detail::json_band);
  return detail::json_object(members);
}

/// What changes a tally and nothing else, as canonical JSON: scales, missing values, item ids in
/// byte order, zero rule, cap, weight places.
[[nodiscard]] inline std::string tally_canonical_json(const definition_file& file) {
  detail::json_members members = detail::tally_members(file);
  members["items"] = detail::json_list(order_by_id(file.items), [&](std::uint32_t position) {
    return detail::json_string(file.items[position].id);
  });
  members["xqs_tally"] = "1";
  return detail::json_object(members);
}

}  // namespace xqs
