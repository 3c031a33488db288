#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "handles.hpp"
#include "xqs/model/definition_json.hpp"

using namespace xqs::c;

namespace {

xqs_definition handle_of(xqs::definition d) {
  return {std::make_shared<const shared_definition>(std::move(d))};
}

const xqs::definition& rules_of(const xqs_definition* definition) {
  return required(definition, {1, "definition"}).rules();
}

template <typename List>
const auto& element(const List& list, std::uint32_t at, const argument& which) {
  if (at >= list.size())
    throw which.wrong("is " + std::to_string(at) + "; there are " + std::to_string(list.size()));
  return list[at];
}

void write_fingerprint(const xqs::fingerprint& from, std::uint8_t* bytes) {
  std::copy(from.bytes.begin(), from.bytes.end(), &required(bytes, {2, "bytes"}));
}

}  // namespace

extern "C" {

xqs_status xqs_definition_parse(const char* json, size_t size, xqs_definition** out,
                                xqs_error* error) {
  return guarded(error, [&] {
    give(out, {3, "out"}, [&] {
      return handle_of(xqs::parse_definition(text_in(json, size, {1, "json"})));
    });
  });
}

xqs_status xqs_definition_preset(const char* name, size_t size, xqs_definition** out,
                                 xqs_error* error) {
  return guarded(error, [&] {
    constexpr argument which{1, "name"};
    give(out, {3, "out"}, [&] {
      return handle_of(named(which, [&] { return xqs::preset(text_in(name, size, which)); }));
    });
  });
}

void xqs_definition_destroy(xqs_definition* definition) { delete definition; }

xqs_status xqs_definition_json(const xqs_definition* definition, char* buffer, size_t capacity,
                               size_t* size, xqs_error* error) {
  return guarded(error, [&] {
    const output to{buffer, {2, "buffer"}, capacity, size, {4, "size"}};
    to.write_text(rules_of(definition).canonical_json());
  });
}

xqs_status xqs_definition_provenance(const xqs_definition* definition, char* buffer,
                                     size_t capacity, size_t* size, xqs_error* error) {
  return guarded(error, [&] {
    const output to{buffer, {2, "buffer"}, capacity, size, {4, "size"}};
    to.write_text(rules_of(definition).provenance());
  });
}

xqs_status xqs_definition_fingerprint(const xqs_definition* definition, uint8_t bytes[16],
                                      xqs_error* error) {
  return guarded(error, [&] { write_fingerprint(rules_of(definition).fingerprint(), bytes); });
}

xqs_status xqs_definition_tally_fingerprint(const xqs_definition* definition, uint8_t bytes[16],
                                            xqs_error* error) {
  return guarded(error,
                 [&] { write_fingerprint(rules_of(definition).tally_fingerprint(), bytes); });
}

xqs_status xqs_definition_item_count(const xqs_definition* definition, uint32_t* count,
                                     xqs_error* error) {
  return guarded(error, [&] {
    const std::size_t items = rules_of(definition).items().size();
    required(count, {2, "count"}) = static_cast<std::uint32_t>(items);
  });
}

xqs_status xqs_definition_item_id(const xqs_definition* definition, uint32_t item, char* buffer,
                                  size_t capacity, size_t* size, xqs_error* error) {
  return guarded(error, [&] {
    const output to{buffer, {3, "buffer"}, capacity, size, {5, "size"}};
    to.write_text(element(rules_of(definition).items(), item, {2, "item"}).id);
  });
}

xqs_status xqs_definition_find_item(const xqs_definition* definition, const char* id,
                                    size_t id_size, uint32_t* item, xqs_error* error) {
  return guarded(error, [&] {
    const xqs::definition& d = rules_of(definition);
    const std::string_view text = text_in(id, id_size, {2, "id"});
    std::uint32_t& found = required(item, {4, "item"});
    const auto position = d.find_item(text);
    if (!position) throw d.unknown_item(std::string(text));
    found = static_cast<std::uint32_t>(*position);
  });
}

xqs_status xqs_definition_band_count(const xqs_definition* definition, uint32_t* count,
                                     xqs_error* error) {
  return guarded(error, [&] {
    const std::size_t bands = rules_of(definition).file().bands.size();
    required(count, {2, "count"}) = static_cast<std::uint32_t>(bands);
  });
}

xqs_status xqs_definition_band_id(const xqs_definition* definition, uint32_t band, char* buffer,
                                  size_t capacity, size_t* size, xqs_error* error) {
  return guarded(error, [&] {
    const output to{buffer, {3, "buffer"}, capacity, size, {5, "size"}};
    to.write_text(element(rules_of(definition).file().bands, band, {2, "band"}).id);
  });
}

}  // extern "C"
