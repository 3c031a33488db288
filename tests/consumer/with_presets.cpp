#include <iostream>
#include <xqs/model/definition_json.hpp>

int main() { std::cout << xqs::preset("ceqs").label() << '\n'; }
