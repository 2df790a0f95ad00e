package io.github.hunyuanvideo.cuda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All libraries that some libraries need, directly or through others, as Linux's loader finds them:
 * it says so itself, through {@code ldd} and {@code ldconfig}.
 *
 * @param found where the loader finds each
 * @param missing those that it does not find, with the one that needs each
 * @param complete whether the loader answered, so that what is missing really is
 */
record LibraryClosure(Map<String, Path> found, Map<String, String> missing, boolean complete) {

  private static final Pattern NEEDED =
      Pattern.compile("\\s+(\\S+) => (?:not found|(/.*) \\(0x\\p{XDigit}+\\))");

  private static final Pattern KNOWN = Pattern.compile("\\s+(\\S+) \\(.*\\) => (/.*)");

  /**
   * Asks the loader.
   *
   * @param loaded a folder whose libraries are loaded before those that need them
   * @param libraries whose needs are looked at
   * @param byName a library that the first of them opens by its name, so that no list has it
   */
  static LibraryClosure of(Host host, Path loaded, List<Path> libraries, String byName) {
    Map<String, Path> found = new TreeMap<>();
    Map<String, String> missing = new TreeMap<>();
    boolean complete = true;
    for (Path library : libraries) {
      Commands.Answer answer = ask(host, "ldd", library.toString());
      complete &= answer.ok();
      answer.text().lines().forEach(line -> note(line, library, found, missing));
    }
    Commands.Answer known = ask(host, "ldconfig", "-p");
    complete &= known.ok();
    locate(host, known, byName)
        .ifPresentOrElse(
            path -> found.put(byName, path),
            () -> missing.put(byName, libraries.isEmpty() ? "" : name(libraries.get(0))));
    missing.keySet().removeIf(name -> inFolder(loaded, name, found));
    return new LibraryClosure(found, missing, complete);
  }

  private static Commands.Answer ask(Host host, String program, String argument) {
    return host.program(program, "/usr/bin", "/usr/sbin", "/sbin", "/bin")
        .map(path -> host.commands().run(List.of(path.toString(), argument)))
        .orElseGet(() -> new Commands.Answer(false, ""));
  }

  private static void note(
      String line, Path library, Map<String, Path> found, Map<String, String> missing) {
    Matcher needed = NEEDED.matcher(line);
    if (!needed.matches()) {
      return; // a library that is always there, or needs none
    }
    String path = needed.group(2);
    if (path == null) {
      missing.put(needed.group(1), name(library));
    } else {
      found.put(needed.group(1), Path.of(path));
    }
  }

  private static Optional<Path> locate(Host host, Commands.Answer known, String library) {
    Stream<Path> cached =
        known
            .text()
            .lines()
            .map(KNOWN::matcher)
            .filter(line -> line.matches() && line.group(1).equals(library))
            .map(line -> Path.of(line.group(2)));
    Stream<Path> listed =
        host.folders("LD_LIBRARY_PATH").stream().map(folder -> folder.resolve(library));
    return Stream.concat(listed, cached).filter(Files::isRegularFile).findFirst();
  }

  private static boolean inFolder(Path folder, String name, Map<String, Path> found) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    found.put(name, file);
    return true;
  }

  private static String name(Path library) {
    return String.valueOf(library.getFileName());
  }
}
