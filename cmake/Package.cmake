# The Debian package of the program, made by `./dev package`: the component `server` of Install.cmake and what belongs to a machine -
# units, user, settings, secrets, the command for its operator. deploy/debian has its parts.

install(FILES deploy/systemd/tripos.service deploy/systemd/tripos.socket deploy/systemd/tripos-worker.service
        DESTINATION /lib/systemd/system COMPONENT machine)
install(PROGRAMS deploy/debian/tripos-site DESTINATION /usr/sbin COMPONENT machine)
install(FILES deploy/debian/sysusers.conf DESTINATION /usr/lib/sysusers.d RENAME tripos.conf COMPONENT machine)
install(FILES deploy/debian/tripos.env DESTINATION /etc/tripos COMPONENT machine PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES deploy/debian/lintian-overrides DESTINATION /usr/share/lintian/overrides RENAME tripos COMPONENT machine)
install(FILES deploy/debian/copyright docs/operations.md docs/configuration.md DESTINATION /usr/share/doc/tripos COMPONENT machine)
install(FILES deploy/nginx/tripos.conf deploy/caddy/Caddyfile deploy/caddy/several.Caddyfile deploy/haproxy/haproxy.cfg
    DESTINATION /usr/share/doc/tripos/examples COMPONENT machine)

# Policy wants the list of changes under this name; the page CHANGELOG.md is the one that is kept.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(maintainer "The Tripos authors <tripos@example.org>")
file(WRITE ${CMAKE_BINARY_DIR}/changelog "tripos (${PROJECT_VERSION}) stable; urgency=medium

  * See CHANGELOG.md of this version.

 -- ${maintainer}  ${now}
")
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/changelog COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_BINARY_DIR}/changelog.gz DESTINATION /usr/share/doc/tripos COMPONENT machine)

# The program alone is built for it, by ./dev.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tripos)
set(CPACK_PACKAGE_CONTACT ${maintainer})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL server machine)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME tripos)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "init-system-helpers (>= 1.52), systemd | systemd-standalone-sysusers, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "redis-server")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, postgresql-client, nginx | caddy")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "online-examination server
Tripos holds exams in the browser: a bank of questions, candidates who sit
an exam at the same time, grading, results, and the mails that go with it.

One program serves the API and the pages, and works through its queue of
mails; Redis carries cache and queue, SQLite or PostgreSQL the truth.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/postinst ${CMAKE_SOURCE_DIR}/deploy/debian/prerm
    ${CMAKE_SOURCE_DIR}/deploy/debian/postrm ${CMAKE_SOURCE_DIR}/deploy/debian/conffiles)
include(CPack)
