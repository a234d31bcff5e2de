package dev.nonroot.ownership;

import java.util.List;

/**
 * What to give to the user.
 *
 * @param paths files, and directories with what is below them; one char per byte
 * @param once whether a path that is the user's and the group's itself is taken for done
 * @param bestEffort whether what cannot be given is left alone with a warning, and no error
 */
public record OwnRequest(List<String> paths, boolean once, boolean bestEffort) {}
