Software of others in this distribution
=======================================

Java libraries, in nonroot-agent.jar and nonroot-launcher.jar. Of several licences, the first for
which there is a text here is the one under which nonroot distributes the library: Apache-2.0 is
../LICENSE, EPL-2.0 is EPL-2.0.md, and others are in a file of the library's name. A library's
source is beside its jar in Maven Central, under the same name and version, as -sources.jar.

<#list dependencyMap as entry>
<#assign library = entry.getKey()/>
<#if !(library.classifier??)>
${library.artifactId} ${library.version} (${library.groupId})
    licence: ${entry.getValue()?join(", ")}
    project: ${library.url!"none"}
</#if>
</#list>
