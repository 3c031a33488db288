# Headers, library, program, and what find_package(xqs) needs.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/xqs DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS xqs_core xqs EXPORT xqs_targets)
if(XQS_BUILD_CLI)
  install(TARGETS xqs_cli)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/xqs)
install(EXPORT xqs_targets NAMESPACE xqs:: FILE xqs-targets.cmake DESTINATION ${package_dir})
file(WRITE ${PROJECT_BINARY_DIR}/xqs-config.cmake
     "include(\${CMAKE_CURRENT_LIST_DIR}/xqs-targets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/xqs-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/xqs-config.cmake ${PROJECT_BINARY_DIR}/xqs-config-version.cmake
        DESTINATION ${package_dir})

# The same for pkg-config. The prefix is relative, so that an installed tree can be moved.
file(RELATIVE_PATH relative_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/xqs-cpp.pc.in ${PROJECT_BINARY_DIR}/xqs-cpp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/xqs-cpp.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
