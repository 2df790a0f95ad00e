package io.github.hunyuanvideo.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds libraries as Linux's loader does, without loading them. */
final class LibrarySearch {

  private static final List<String> USUAL_FOLDERS =
      List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib");

  private final Path natives;
  private final List<Path> listed;
  private final List<Path> usual;
  private final Optional<LinkerCache> cache;

  private LibrarySearch(
      Path natives, List<Path> listed, List<Path> usual, Optional<LinkerCache> cache) {
    this.natives = natives;
    this.listed = listed;
    this.usual = usual;
    this.cache = cache;
  }

  /**
   * Prepares a search.
   *
   * @param natives the folder with libtorch, all of whose libraries DJL loads through Java before
   *     others ask for them
   */
  static LibrarySearch of(Host host, Path natives) {
    return new LibrarySearch(
        natives,
        host.folders("LD_LIBRARY_PATH"),
        USUAL_FOLDERS.stream().map(host::file).toList(),
        cache(host));
  }

  private static Optional<LinkerCache> cache(Host host) {
    Optional<Path> program = host.program("ldconfig", "/sbin", "/usr/sbin");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    Commands.Answer answer = host.commands().run(List.of(program.get().toString(), "-p"));
    try {
      return answer.ok()
          ? Optional.of(LinkerCache.parse(answer.text(), host.architecture()))
          : Optional.empty();
    } catch (MalformedDataException e) {
      return Optional.empty(); // a loader of another kind
    }
  }

  /** Whether the loader's cache is known; if not, what is not found may be there all the same. */
  boolean isComplete() {
    return cache.isPresent();
  }

  /** One of libtorch's own libraries, if it is there. */
  Optional<Path> own(String name) {
    return in(natives, name).map(LibrarySearch::asLoadedByJava).findFirst();
  }

  /** Java follows links before it loads, so that a library's neighbours are those of its target. */
  private static Path asLoadedByJava(Path library) {
    try {
      return library.toRealPath();
    } catch (IOException e) {
      return library; // gone since it was found
    }
  }

  /**
   * The folders that a library bequeaths to those that it has loaded: its own, if it has no list
   * that counts for itself alone, and then those that it was given.
   */
  static List<Path> inherited(SharedObject library, List<Path> given) {
    List<String> own = library.ownPath().isEmpty() ? library.inheritedPath() : List.of();
    return Stream.concat(folders(own, library), given.stream()).toList();
  }

  /**
   * Where a library lies that another one needs.
   *
   * @param inherited of the one that needs it, with its own
   */
  Optional<Path> find(String name, SharedObject needer, List<Path> inherited) {
    List<Path> first = needer.ownPath().isEmpty() ? inherited : List.of();
    return own(name)
        .or(
            () ->
                Stream.of(first.stream(), listed.stream(), folders(needer.ownPath(), needer))
                    .flatMap(folders -> folders)
                    .flatMap(folder -> in(folder, name))
                    .findFirst())
        .or(() -> cache.flatMap(known -> known.find(name)))
        .or(() -> usual.stream().flatMap(folder -> in(folder, name)).findFirst());
  }

  private static Stream<Path> in(Path folder, String name) {
    try {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? Stream.of(file) : Stream.of();
    } catch (InvalidPathException e) {
      return Stream.of(); // no file can have that name
    }
  }

  private static Stream<Path> folders(List<String> paths, SharedObject needer) {
    String origin = String.valueOf(needer.file().toAbsolutePath().getParent());
    return paths.stream()
        .map(path -> path.replace("${ORIGIN}", origin).replace("$ORIGIN", origin))
        .flatMap(LibrarySearch::absolute);
  }

  private static Stream<Path> absolute(String text) {
    try {
      return Stream.of(Path.of(text)).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Stream.of(); // what no path can be leads nowhere
    }
  }
}
